"""Reading BPMN: the graph that comes out, the problems that are told, the rules of the standard."""
