"""The second witness: a capture enters, tshark's account of it leaves, through pyshark; and the two accounts
compared.

`testimony.testify` yields what tshark saw, `tshark.status` says what this machine has. Nothing here is
imported before it is needed (pyshark costs a fifth of a second), and no parser of ours is used on what tshark
says.
"""
