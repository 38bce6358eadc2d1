"""DICOM over a network: PDUs, associations and messages over plain sockets, bytes untouched (PS3.7, PS3.8).

Both sides are here: we ask a peer to store and to give back, and we are the destination that instances arrive at.
"""
