"""Parses an mbox with Python's own modules, decodes all parts, keeps nothing, prints how many there were."""

import mailbox
import sys

messages = 0
for message in mailbox.mbox(sys.argv[1]):
    messages += 1
    for part in message.walk():
        if not part.is_multipart():
            part.get_payload(decode=True)
print(messages)
