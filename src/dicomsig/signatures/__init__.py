"""The Digital Signatures Macro: where signatures are, what they cover, whether they hold (PS3.3 C.12.1.1.3)."""
