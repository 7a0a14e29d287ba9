#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Decode every frame of an IVF or Ogg file and print what was found as one line of JSON."""
import json
import struct
import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import Gst  # noqa: E402

DECODERS = {'VP80': 'ivfparse ! vp8dec', 'VP90': 'ivfparse ! vp9dec'}
LIMIT = 60 * Gst.SECOND


def read_ivf(path):
    """The header's fourcc and count, and how many frames really follow."""
    with open(path, 'rb') as file:
        data = file.read()
    if data[:4] != b'DKIF':
        raise ValueError('no IVF file')
    header_size, = struct.unpack_from('<H', data, 6)
    fourcc = data[8:12].decode()
    width, height = struct.unpack_from('<HH', data, 12)
    header_frames, = struct.unpack_from('<I', data, 24)
    frames, offset, last = 0, header_size, -1
    while offset + 12 <= len(data):
        size, pts = struct.unpack_from('<IQ', data, offset)
        if offset + 12 + size > len(data):
            break
        if pts < last:
            raise ValueError(f'frame {frames} goes back in time')
        frames, offset, last = frames + 1, offset + 12 + size, pts
    return {'fourcc': fourcc, 'width': width, 'height': height, 'header_frames': header_frames,
            'frames': frames, 'cut_off_bytes': len(data) - offset}


def decode(path, decoder):
    """The number of buffers that come out of the decoder."""
    pipeline = Gst.parse_launch(
        f'filesrc name=file ! {decoder} ! fakesink name=sink signal-handoffs=true sync=false')
    pipeline.get_by_name('file').set_property('location', path)
    count = [0]

    def on_handoff(*_args):
        count[0] += 1

    pipeline.get_by_name('sink').connect('handoff', on_handoff)
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(
        LIMIT, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if message is None:
        raise TimeoutError('decoding does not end')
    if message.type == Gst.MessageType.ERROR:
        raise ValueError(message.parse_error()[0].message)
    return count[0]


def main(path):
    Gst.init(None)
    facts = read_ivf(path) if path.endswith('.ivf') else {}
    facts['decoded'] = decode(path, DECODERS.get(facts.get('fourcc'), 'oggdemux ! opusdec'))
    print(json.dumps(facts))


if __name__ == '__main__':
    main(sys.argv[1])
