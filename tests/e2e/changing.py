"""One account at three times: what an export lists of it comes, changes, goes and comes back."""

import base64
import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

Files = list[tuple[str, bytes]]

_MADE = datetime(2024, 3, 1, 8, tzinfo=UTC)
_CHANNEL = "https://www.youtube.com/channel/"


def things(version: int) -> dict[str, str]:
    """Names and what is said of them in the first, second and third export."""
    said = {
        "same": "always this",
        "swings": "that" if version == 2 else "this",
        "grows": f"as of {version}",
    }
    if version != 2:
        said["returns"] = "here again"
    if version == 1:
        said["leaves"] = "for good"
    if version > 1:
        said["comes"] = "late"
    return said


def account(version: int) -> Files:
    """All files of an export but pictures: tests/e2e/exports.py says which archives they come in."""
    return [
        *_keep(version),
        *_lists(version),
        *_contacts(version),
        *_youtube(version),
        *_talk(version),
        *_spoken(version),
        *_health(version),
        (f"Takeout/Something new/data {version}.json", _json({"version": version})),
        ("Takeout/Something new/always.bin", bytes(range(256))),
        ("Takeout/Something new/odd.csv", b'a,b\n1,"2\n3,4,5\n'),
    ]


def pictures(version: int) -> tuple[Files, Files]:
    """Google Photos: the pictures, and what is said of them, for two parts of one export."""
    photos = "Takeout/Google Photos"
    year, trip = f"{photos}/Photos from 2024", f"{photos}/Trip"
    shore, pier = _png(1), _png(2)
    bytes_of: Files = [
        (f"{year}/shore.png", shore),
        (f"{trip}/shore.png", shore),
        (f"{year}/shore-edited.png", _png(3)),
        (f"{year}/IMG_1.HEIC", b"a still" * 50),
        (f"{year}/IMG_1.MP4", b"and how it moves" * 50),
        # In the second export the numbers are dealt out anew.
        (f"{year}/pier{'(1)' if version == 2 else ''}.png", pier),
        (f"{year}/pier{'' if version == 2 else '(1)'}.png", _png(4)),
        (f"{year}/alone {version}.png", _png(10 + version)),
        (f"{photos}/Copies/pier again.png", pier),
    ]
    if version != 2:
        bytes_of.append((f"{trip}/pier.png", pier))
    ending = "" if version == 1 else ".supplemental-metadata"
    said: Files = [
        (f"{year}/shore.png{ending}.json", _sidecar("shore.png", 1, version)),
        (f"{trip}/shore.png{ending}.json", _sidecar("shore.png", 1, version)),
        (f"{year}/IMG_1.HEIC{ending}.json", _sidecar("IMG_1.HEIC", 3, version)),
        (
            f"{year}/pier.png{ending}{'(1)' if version == 2 else ''}.json",
            _sidecar("pier.png", 2, version),
        ),
        (
            f"{year}/pier.png{ending}{'' if version == 2 else '(1)'}.json",
            _sidecar("pier.png", 4, version),
        ),
        (
            f"{trip}/metadata.json",
            _json(
                {
                    "title": f"Trip {things(version)['swings']}",
                    "access": "protected",
                    "date": {"timestamp": "1709280000", "formatted": "x"},
                }
            ),
        ),
    ]
    if version == 1:
        said.append((f"{photos}/Once/metadata.json", _json({"title": "Once", "access": "", "date": {}})))
    return bytes_of, said


def _sidecar(title: str, number: int, version: int) -> bytes:
    return _json(
        {
            "title": title,
            "description": f"told in {version}" if number == 2 else "",
            "creationTime": {"timestamp": str(1_709_300_000 + number), "formatted": "x"},
            "photoTakenTime": {"timestamp": str(1_709_290_000 + number), "formatted": "x"},
            "geoData": {"latitude": 48.2 + number / 100, "longitude": 16.3, "altitude": 0.0},
            "people": [{"name": "Tam"}],
            "url": f"https://photos.google.com/photo/{number}",
            **({"favorited": True} if version == 3 else {}),
        }
    )


def _keep(version: int) -> Files:
    files: Files = [("Takeout/Keep/Labels.txt", "\n".join(things(version)).encode())]
    for number, (name, text) in enumerate(things(version).items()):
        made = _MADE + timedelta(days=number)
        note: dict[str, Any] = {
            "color": "DEFAULT",
            "isTrashed": False,
            "isPinned": version == 2,
            "isArchived": False,
            "textContent": text,
            "title": name,
            "userEditedTimestampUsec": int((made + timedelta(days=version)).timestamp()) * 1_000_000,
            "labels": [{"name": name}],
        }
        if name in ("same", "grows"):
            # "grows" has another picture each time; the last one has not come.
            note["attachments"] = [
                {"filePath": f"{name}{version if name == 'grows' else ''}.png", "mimetype": "image/png"}
            ]
        if version > 1:
            # Older exports do not say when a note was made: what it is shows later.
            note["createdTimestampUsec"] = int(made.timestamp()) * 1_000_000
        files.append((f"Takeout/Keep/{name}.json", _json(note)))
        files.append((f"Takeout/Keep/{name}.html", _note_page(name, text, made)))
    return files


def keep_pictures(version: int) -> Files:
    """What hangs on the notes."""
    grows = [(f"Takeout/Keep/grows{version}.png", _png(20 + version))] if version < 3 else []
    return [("Takeout/Keep/same.png", _png(20)), *grows]


def _note_page(name: str, text: str, made: datetime) -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>{name}</title></head><body>"
        f'<div class="note"><div class="heading">'
        f'<div class="meta-icons"></div>{made:%b} {made.day}, {made:%Y}, {made.hour}:00:00 AM</div>'
        f'<div class="title">{name}</div><div class="content">{text}</div>'
        f'<div class="chips"><span class="chip label"><span class="label-name">{name}</span></span></div>'
        "</div></body></html>"
    ).encode()


def _lists(version: int) -> Files:
    said = things(version)
    tasks = [
        {"kind": "tasks#task", "id": f"task-{name}", "title": name, "notes": text, "status": "needsAction"}
        for name, text in said.items()
    ]
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{name}@example.org\r\nDTSTAMP:20240301T080000Z\r\n"
        f"DTSTART:202403{number + 10}T080000Z\r\n"
        f"DTEND:202403{number + 10}T090000Z\r\nSUMMARY:{name}\r\nDESCRIPTION:{text}\r\nEND:VEVENT\r\n"
        for number, (name, text) in enumerate(said.items())
    )
    links = "".join(
        f'<DT><A HREF="https://example.org/{name}" ADD_DATE="1709280000">{text}</A>\n'
        for name, text in said.items()
    )
    folder = "Kept" if version == 2 else "Bookmarks bar"
    return [
        (
            "Takeout/Tasks/Tasks.json",
            _json(
                {
                    "kind": "tasks#taskLists",
                    "items": [{"id": "list", "title": f"List {version}", "items": tasks}],
                }
            ),
        ),
        (
            "Takeout/Calendar/me@example.org.ics",
            (
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nX-WR-CALNAME:Me\r\nX-WR-TIMEZONE:UTC\r\n"
                f"{events}END:VCALENDAR\r\n"
            ).encode(),
        ),
        (
            "Takeout/Chrome/Bookmarks.html",
            (
                "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n"
                f"<DL><p>\n<DT><H3>{folder}</H3>\n<DL><p>\n{links}</DL><p>\n</DL><p>\n"
            ).encode(),
        ),
        (
            "Takeout/Chrome/Extensions.json",
            _json({"Extensions": [{"id": name, "name": name, "version": said[name]} for name in said]}),
        ),
        (
            "Takeout/Saved/Want to go.csv",
            _csv(
                "Title,Note,URL,Comment",
                ((name, said[name], f"https://www.google.com/maps/place/{name}/", "") for name in said),
            ),
        ),
        (
            "Takeout/Saved/Reading.csv",
            _csv(
                "Title,Note,URL,Comment",
                ((name, said[name], f"https://example.org/{name}", "") for name in said),
            ),
        ),
    ]


def _contacts(version: int) -> Files:
    said = things(version)
    cards = "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name} Test\r\nN:Test;{name};;;\r\n"
        f"EMAIL;TYPE=INTERNET:{name}@example.org\r\n"
        f"TEL:+43 1 {number}000\r\nNOTE:{text}\r\nEND:VCARD\r\n"
        for number, (name, text) in enumerate(said.items())
    )
    rows = (
        (name, "Test", text, f"{name}@example.org", "* myContacts") for name, text in reversed(said.items())
    )
    return [
        (
            "Takeout/Contacts/My Contacts/My Contacts.csv",
            _csv("First Name,Last Name,Notes,E-mail 1 - Value,Labels", rows),
        ),
        ("Takeout/Contacts/All Contacts/All Contacts.vcf", cards.encode()),
        ("Takeout/Contacts/My Contacts/My Contacts.vcf", cards[: cards.index("END:VCARD") + 11].encode()),
    ]


def _youtube(version: int) -> Files:
    folder = "Takeout/YouTube and YouTube Music"
    said = things(version)
    ids = {name: f"UC{name:_<22}" for name in said}
    films = {
        f"{number:0>11}": _MADE + timedelta(seconds=7 * number)
        for number in range(version * 5, version * 5 + 20)
    }
    rows = (
        (
            f"Ug{film:0>24}",
            "UC" + "o" * 22,
            (at + timedelta(milliseconds=431)).isoformat(timespec="milliseconds"),
            *("0", "", film, json.dumps({"text": f"seen {film}"})),
        )
        for film, at in films.items()
    )
    watch = "http://www.youtube.com/watch?v="
    page = "".join(
        f'<li>You added a <a href="{watch}{film}&amp;lc=Ug{film:0>24}">comment</a> on '
        f'<a href="{watch}{film}">a film</a> at {at:%Y-%m-%d %H:%M:%S} UTC.<br/>seen {film}</li>'
        for film, at in films.items()
    )
    comments = (
        (f"{folder}/my-comments/my-comments.html", f"<html><body><ul>{page}</ul></body></html>".encode())
        if version == 1
        else (
            f"{folder}/comments/comments.csv",
            _csv(
                "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,"
                "Comment Text",
                rows,
            ),
        )
    )
    return [
        (
            f"{folder}/subscriptions/subscriptions.csv",
            _csv(
                "Channel Id,Channel Url,Channel Title",
                ((ids[name], _CHANNEL + ids[name], said[name]) for name in said),
            ),
        ),
        (
            f"{folder}/playlists/Liked-videos.csv",
            _csv(
                "Video ID,Playlist Video Creation Timestamp",
                ((f"{name:_<11}", "2024-03-01T08:00:00+00:00") for name in said),
            ),
        ),
        comments,
    ]


def _talk(version: int) -> Files:
    numbers = range(4 * version, 4 * version + 12)
    tam = {"name": "Tam", "email": "tam@example.org", "user_type": "Human"}
    messages: list[dict[str, Any]] = [
        {
            "creator": tam,
            "created_date": f"Friday, March 1, 2024 at 9:{number:02}:00 AM UTC",
            "text": f"chat {number}",
            "topic_id": f"t{number}",
            "message_id": f"room/t{number}/t{number}",
        }
        for number in numbers
    ]
    for message in messages[::3]:
        message["reactions"] = [{"emoji": {"unicode": "!"}, "reactor_emails": [f"{version}@example.org"]}]
    for message in messages[::5]:
        message["attached_files"] = [{"original_name": "view.png", "export_name": "File-view.png"}]
    events = [
        {
            "conversation_id": {"id": "talk"},
            "sender_id": {"gaia_id": "1", "chat_id": "1"},
            "timestamp": str(1_420_070_400_000_000 + number * 1_000_000),
            "event_id": f"event{number}",
            "event_type": "REGULAR_CHAT_MESSAGE",
            "chat_message": {"message_content": {"segment": [{"type": "TEXT", "text": f"hello {number}"}]}},
        }
        for number in numbers
    ]
    people = [{"id": {"gaia_id": "1", "chat_id": "1"}, "fallback_name": f"Tam {version}"}]
    talk = {
        "conversation": {
            "conversation_id": {"id": "talk"},
            "conversation": {
                "id": {"id": "talk"},
                "type": "GROUP",
                "name": things(version)["swings"],
                "participant_data": people,
            },
        },
        "events": events,
    }
    room = "Takeout/Google Chat/Groups/Space room"
    return [
        ("Takeout/Mail/All mail Including Spam and Trash.mbox", b"".join(_mail(n, version) for n in numbers)),
        (f"{room}/messages.json", _json({"messages": messages})),
        (
            f"{room}/group_info.json",
            _json({"name": things(version)["grows"], "members": [tam]}),
        ),
        # Whose account it is, the first export does not say.
        *([("Takeout/Google Chat/Users/User 1/user_info.json", _json({"user": tam}))] if version > 1 else []),
        ("Takeout/Hangouts/Hangouts.json", _json({"conversations": [talk]})),
    ]


def _spoken(version: int) -> Files:
    """Events that name recordings: the second export tells them as a page, to the second."""
    folder = "Takeout/My Activity/Assistant"
    said = [
        (f"Said number {number}", f"said{number}.mp3", datetime(2024, 3, 1, 10, number, tzinfo=UTC))
        for number in range(4 * version, 4 * version + 12)
    ]
    if version != 2:
        return [
            (
                f"{folder}/MyActivity.json",
                _json(
                    [
                        {
                            "header": "Assistant",
                            "title": title,
                            "time": f"{at:%Y-%m-%dT%H:%M:%S}.{version}00Z",
                            "products": ["Assistant"],
                            "audioFiles": [name],
                        }
                        for title, name, at in said
                    ]
                ),
            )
        ]
    cells = "".join(
        '<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid">'
        '<div class="header-cell mdl-cell mdl-cell--12-col">'
        '<p class="mdl-typography--title">Assistant<br></p></div>'
        f'<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">{title}<br>'
        f"Mar 1, 2024, {at.hour}:{at:%M:%S} AM UTC</div>"
        '<div class="content-cell mdl-cell mdl-typography--body-1 mdl-typography--text-right">'
        f'<audio controls><source src="{name}"></audio></div>'
        '<div class="content-cell mdl-cell mdl-cell--12-col mdl-typography--caption">'
        "<b>Products:</b><br>&emsp;Assistant<br></div></div></div>"
        for title, name, at in said
    )
    page = f"<html><head><title>My Activity History</title></head><body>{cells}</body></html>"
    return [(f"{folder}/MyActivity.html", page.encode())]


def recordings(version: int) -> Files:
    """What events of the Assistant name."""
    return [
        (f"Takeout/My Activity/Assistant/said{number}.mp3", f"ID3 {number} of {version}".encode())
        for number in range(4 * version, 4 * version + 12, version)
    ]


def chat_pictures() -> Files:
    """What hangs on the messages of the chat."""
    return [("Takeout/Google Chat/Groups/Space room/File-view.png", _png(30))]


def _mail(number: int, version: int) -> bytes:
    labels = ["Inbox", f"Label {version}"] if number % 2 else ["Archived"]
    delivered = "" if number % 3 else "Delivered-To: me@example.org\r\n"
    sender = "Tam <tam@example.org>" if number % 5 else "me@example.org"
    head = (
        f"From {1_700_000_000_000 + number}@xxx Fri Mar 01 08:{number:02}:00 +0000 2024\r\n"
        f"X-GM-THRID: {number // 3}\r\nX-Gmail-Labels: {','.join(labels)}\r\n"
        f"Message-ID: <{number}@example.org>\r\nDate: Fri, 01 Mar 2024 08:{number:02}:00 +0000\r\n"
        f"{delivered}From: {sender}\r\nTo: me@example.org\r\nSubject: Mail {number}\r\n"
        "MIME-Version: 1.0\r\n"
    )
    if number % 4:
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\nText of {number}\r\n\r\n".encode()
    attached = base64.encodebytes(_png(number % 8)).decode().replace("\n", "\r\n")
    return (
        f'{head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Text of <b>{number}</b></p>\r\n"
        f'--b\r\nContent-Type: image/png; name="a.png"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="a.png"\r\n\r\n{attached}--b--\r\n\r\n'
    ).encode()


def _health(version: int) -> Files:
    first = _MADE + timedelta(minutes=30 * version)
    points = [
        {
            "fitValue": [{"value": {"intVal": number}}],
            "originDataSourceId": "raw:steps",
            "dataTypeName": "com.google.step_count.delta",
            "startTimeNanos": int((first + timedelta(minutes=number)).timestamp()) * 1_000_000_000,
            "endTimeNanos": int((first + timedelta(minutes=number + 1)).timestamp()) * 1_000_000_000,
        }
        for number in range(60)
    ]
    rates = [
        {
            "dateTime": f"{first + timedelta(minutes=number):%m/%d/%y %H:%M:%S}",
            "value": {"bpm": 60 + number % 9, "confidence": 2},
        }
        for number in range(60)
    ]
    fitbit = "Takeout/Fitbit"
    files: Files = [
        (
            "Takeout/Fit/All Data/derived_com.google.step_count.delta_com.google.an.json",
            _json({"Data Source": "derived:com.google.step_count.delta:x", "Data Points": points}),
        ),
        (
            "Takeout/Fit/Daily activity metrics/Daily activity metrics.csv",
            _csv(
                "Date,Move Minutes count,Step count",
                ((f"2024-03-{day:02}", day, day * 100 + version) for day in range(version, 20)),
            ),
        ),
        (f"{fitbit}/Global Export Data/heart_rate-2024-03-01.json", _json(rates)),
        (
            f"{fitbit}/Global Export Data/sleep-2024-03-01.json",
            _json(
                [
                    {
                        "logId": 7,
                        "dateOfSleep": "2024-03-01",
                        "startTime": "2024-03-01T00:10:00.000",
                        "endTime": "2024-03-01T06:00:00.000",
                        "minutesAsleep": 300,
                    }
                ]
            ),
        ),
    ]
    walk = "Takeout/Fit/Activities/2024-03-01T12_00_00Z_PT10M_Walking.tcx"
    if version != 2:
        files.append((walk, _track(_MADE.replace(hour=12))))
    else:
        # The same walk, told better, without its track.
        session = {
            "fitnessActivity": "walking",
            "startTime": "2024-03-01T12:00:00Z",
            "endTime": "2024-03-01T12:10:00Z",
            "duration": "600s",
            "aggregate": [{"metricName": "com.google.step_count.delta", "intValue": 900}],
        }
        files.append(("Takeout/Fit/All Sessions/2024-03-01T12_00_00Z_WALKING.json", _json(session)))
    if version == 2:
        # One measurement in two formats: by the wall clock above, in UTC here.
        utc = (
            (f"{first + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}", 60 + number % 9, "Watch")
            for number in range(60)
        )
        score = [(7, "2024-03-01T06:00:00Z", 81)]
        files += [
            (
                f"{fitbit}/Physical Activity_GoogleData/heart_rate_2024-03-01.csv",
                _csv("timestamp,beats per minute,data source", utc),
            ),
            (
                f"{fitbit}/Sleep Score/sleep_score.csv",
                _csv("sleep_log_entry_id,timestamp,overall_score", score),
            ),
        ]
    return files


def _track(start: datetime) -> bytes:
    points = "".join(
        f"<Trackpoint><Time>{start + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}</Time><Position>"
        f"<LatitudeDegrees>48.{number}</LatitudeDegrees><LongitudeDegrees>16.3</LongitudeDegrees></Position>"
        f"<HeartRateBpm><Value>{80 + number}</Value></HeartRateBpm></Trackpoint>"
        for number in range(10)
    )
    return (
        '<?xml version="1.0"?><TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/x/v2">'
        f'<Activities><Activity Sport="Walking"><Id>{start:%Y-%m-%dT%H:%M:%SZ}</Id>'
        f'<Lap StartTime="{start:%Y-%m-%dT%H:%M:%SZ}"><TotalTimeSeconds>600</TotalTimeSeconds>'
        f"<Track>{points}</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
    ).encode()


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()


def _csv(header: str, rows: Iterable[Sequence[object]]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return written.getvalue().encode()


def _png(number: int) -> bytes:
    """A picture of one dot, another one for each number."""
    dot = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    return dot + bytes([number])
