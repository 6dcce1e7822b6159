"""What a process owner writes, and the BPMN of it."""
