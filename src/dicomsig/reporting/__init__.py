"""What people read: the result document, and the run log, JUnit XML, HTML page and terminal lines made from it."""
