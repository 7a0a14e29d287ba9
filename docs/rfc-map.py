#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write rfc-map.md: which file implements which section of which RFC.

The sources say it themselves, in comments of the form "RFC 9429 §5.3.1". Run from anywhere:

    python3 docs/rfc-map.py
"""
import collections
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ('gst', 'ext')
MENTION = re.compile(r'RFC\s+(\d{3,5})((?:,?\s+(?:and\s+|to\s+)?§+\s*[\d.]*\d)*)')
SECTION = re.compile(r'§+\s*([\d.]*\d)')
COMMENT_EDGE = re.compile(r'\n\s*\*\s?')

TITLES = {
    '2818': 'HTTP over TLS', '3264': 'Offer/answer', '3550': 'RTP', '3711': 'SRTP',
    '4145': 'SDP setup attribute', '4566': 'SDP (old)', '4571': 'RTP framing over TCP',
    '4585': 'RTP/AVPF feedback', '4588': 'RTP retransmission', '4960': 'SCTP (old)',
    '5104': 'Codec control messages', '5109': 'Generic FEC', '5245': 'ICE (old)',
    '5288': 'AES-GCM for TLS', '5389': 'STUN (old)', '5506': 'Reduced-size RTCP',
    '5576': 'Source-specific SDP', '5705': 'TLS keying material exporters',
    '5761': 'RTP and RTCP on one port', '5763': 'DTLS-SRTP framework',
    '5764': 'DTLS extension for SRTP', '6188': 'AES-192 and AES-256 for SRTP',
    '6347': 'DTLS 1.2', '6455': 'WebSocket', '6525': 'SCTP stream reconfiguration',
    '6544': 'ICE with TCP candidates', '6750': 'Bearer tokens', '7064': 'stun: URIs',
    '7065': 'turn: URIs', '7587': 'RTP payload of Opus', '7675': 'Consent freshness',
    '7714': 'AES-GCM for SRTP', '7741': 'RTP payload of VP8', '7905': 'ChaCha20 for TLS',
    '7983': 'Demultiplexing', '8122': 'Fingerprints in SDP', '8261': 'SCTP over DTLS',
    '8285': 'RTP header extensions', '8288': 'Web linking', '8445': 'ICE', '8656': 'TURN',
    '8489': 'STUN', '8827': 'WebRTC security architecture', '8829': 'JSEP (old)',
    '8830': 'msid', '8831': 'Data channels', '8832': 'DCEP', '8834': 'WebRTC media transport',
    '8838': 'Trickle ICE', '8839': 'ICE in SDP', '8840': 'Trickle ICE in SIP, sdpfrag',
    '8841': 'SCTP in SDP', '8842': 'DTLS in SDP', '8843': 'BUNDLE (old)', '8851': 'RIDs',
    '8852': 'RIDs in RTP', '8853': 'Simulcast', '8858': 'rtcp-mux-only', '8859': 'Mux categories',
    '8866': 'SDP', '9110': 'HTTP semantics', '9112': 'HTTP/1.1', '9143': 'BUNDLE',
    '9147': 'DTLS 1.3', '9260': 'SCTP', '9429': 'JSEP', '9628': 'RTP payload of VP9',
    '9725': 'WHIP', '9457': 'Problem details', '9562': 'UUIDs', '3986': 'URIs',
}


def sort_key(section):
    return tuple(int(part) for part in section.split('.') if part)


def collect():
    """{rfc: {section: {file}}}; the section '' is the RFC as a whole."""
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob('*.[ch]')):
            text = COMMENT_EDGE.sub(' ', path.read_text())
            for rfc, tail in MENTION.findall(text):
                for section in SECTION.findall(tail) or ['']:
                    found[rfc][section].add(path.relative_to(ROOT).as_posix())
    return found


def merge_pairs(files):
    """x.c and x.h are one row entry, x.[ch]."""
    stems = collections.defaultdict(set)
    for name in files:
        stems[name[:-2]].add(name[-1])
    return [f'{stem}.{"[ch]" if len(ends) == 2 else next(iter(ends))}'
            for stem, ends in sorted(stems.items())]


def main():
    lines = ['# Where each RFC is', '',
             'Made by `docs/rfc-map.py` from the comments in the sources. A row without a section is',
             'a file that rests on the RFC as a whole.', '']
    found = collect()
    for rfc in sorted(found, key=int):
        title = TITLES.get(rfc)
        lines += [f'## RFC {rfc}' + (f': {title}' if title else ''), '', '| section | file |',
                  '|---|---|']
        for section in sorted(found[rfc], key=sort_key):
            files = ', '.join(f'`{name}`' for name in merge_pairs(found[rfc][section]))
            lines.append(f'| {section} | {files} |')
        lines.append('')
    (ROOT / 'docs' / 'rfc-map.md').write_text('\n'.join(lines))


if __name__ == '__main__':
    main()
