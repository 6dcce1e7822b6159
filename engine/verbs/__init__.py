"""The few verbs that behaviours are written in: enter, leave, wait, catch, throw, cancel."""
