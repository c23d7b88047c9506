"""Sends the replies to the next questions ahead of time, a moment after the import's."""

import time

from takeover import claim_import, receive, send

claim_import()
time.sleep(0.01)
for number in range(2, 60):
    send([number, [["m", []]]])
while True:
    receive()
