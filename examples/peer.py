#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""rtcbin from Python, through GObject introspection.

The same as peer.c: a test picture for the browser, and each message on a data channel comes back in
capital letters. The talking with the browser is rtcsignaller's.

    meson devenv -C build /usr/bin/python3 ../examples/peer.py
"""
import argparse

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstWebRTC', '1.0')
from gi.repository import GLib, Gst, GstWebRTC  # noqa: E402

LAUNCH = '''
    videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=640,height=360,framerate=30/1
      ! vp8enc deadline=1 cpu-used=8 ! rtpvp8pay ! peer.
    rtcbin name=peer bundle-policy=max-bundle
    rtcsignaller name=signaller peer=peer
'''


def on_message(channel, text):
    print(f"Message from DataChannel: '{text}'", flush=True)
    channel.emit('send-string', text.upper())


def on_data_channel(_peer, channel):
    channel.connect('on-message-string', on_message)


def on_state(peer, _property):
    state = peer.get_property('connection-state')
    if state == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
        print('Connected', flush=True)


def on_pad_added(_peer, pad, pipeline):
    """What the browser sends is shown nowhere here, but it must flow."""
    if pad.get_direction() != Gst.PadDirection.SRC:
        return
    sink = Gst.ElementFactory.make('fakesink')
    sink.set_property('sync', False)
    sink.set_property('async', False)
    pipeline.add(sink)
    sink.sync_state_with_parent()
    pad.link(sink.get_static_pad('sink'))


def on_error(_bus, message, loop):
    error, _detail = message.parse_error()
    print(f'{message.src.get_name()}: {error.message}')
    loop.quit()


def main():
    parser = argparse.ArgumentParser(description='A WebRTC peer for one browser.')
    parser.add_argument('--port', type=int, default=8080, help='TCP port, 0 for any (8080)')
    options = parser.parse_args()
    Gst.init(None)
    pipeline = Gst.parse_launch(LAUNCH)
    signaller = pipeline.get_by_name('signaller')
    signaller.set_property('port', options.port)
    peer = pipeline.get_by_name('peer')
    peer.connect('on-data-channel', on_data_channel)
    peer.connect('notify::connection-state', on_state)
    peer.connect('pad-added', on_pad_added, pipeline)
    loop = GLib.MainLoop()
    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect('message::error', on_error, loop)
    if pipeline.set_state(Gst.State.PLAYING) != Gst.StateChangeReturn.FAILURE:
        print(f"Open {signaller.get_property('url')} and press ctrl-c to stop", flush=True)
    try:
        loop.run()
    except KeyboardInterrupt:
        pass
    pipeline.set_state(Gst.State.NULL)


if __name__ == '__main__':
    main()
