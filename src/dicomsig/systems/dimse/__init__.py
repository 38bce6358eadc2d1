"""DICOM over a network: PDUs, associations and messages over plain sockets, bytes untouched (PS3.7, PS3.8).

Both sides are here: we ask a peer to store and to give back, and we are the destination that instances arrive at.

pynetdicom 3.0.4 is a peer that archives are measured against and not what this is built on, for three reasons. A peer
may hang or flood: with every timeout at 3 s, pynetdicom waited 25 s and on for the rest of a PDU, and it takes a PDU of
whatever length is announced into memory. Its provider of C-GET and C-MOVE encodes data sets anew, and an archive that
is to be acquitted must give back the bytes that it got. And a malformed answer is evidence: it is to be kept, with the
byte where it departs, before the association ends.
"""
