#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""rtcbin under a test's command: one JSON object a line on stdin, answers and events on stdout.

A picture is sent, what arrives is depayloaded and counted, and the data channel carries numbers, of
which each must be the one after the last. Usage: rtcbin_peer.py [ICE-PROPERTY=VALUE]...
"""
import json
import os
import sys
import threading

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstSdp', '1.0')
gi.require_version('GstWebRTC', '1.0')
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

LAUNCH = '''
    videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=25/1
      ! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=50 ! rtpvp8pay ! peer.
    {element} name=peer bundle-policy=max-bundle
'''
MESSAGE_INTERVAL_MS = 20
TYPES = {name: getattr(GstWebRTC.WebRTCSDPType, name.upper()) for name in
         ('offer', 'answer', 'rollback')}
OUTPUT_LOCK = threading.Lock()


def tell(**fields):
    with OUTPUT_LOCK:
        print(json.dumps(fields), flush=True)


class Numbers:
    """The data channel: counts up in both directions."""

    def __init__(self, channel):
        self.channel, self.sent, self.received, self.faults, self.opened = channel, 0, 0, 0, 0
        channel.connect('on-open', self.on_open)
        channel.connect('on-message-string', self.on_message)
        if channel.get_property('ready-state') == GstWebRTC.WebRTCDataChannelState.OPEN:
            self.opened = 1
        GLib.timeout_add(MESSAGE_INTERVAL_MS, self.send)

    def on_open(self, _channel):
        self.opened += 1

    def on_message(self, _channel, text):
        self.faults += int(text) != self.received
        self.received += 1

    def send(self):
        if self.opened:
            self.channel.emit('send-string', str(self.sent))
            self.sent += 1
        return GLib.SOURCE_CONTINUE


class Peer:
    def __init__(self, ice_settings):
        self.ice_settings, self.numbers, self.frames = ice_settings, None, 0
        element = os.environ.get('RTC_PEER_ELEMENT', 'rtcbin')
        self.pipeline = Gst.parse_launch(LAUNCH.format(element=element))
        self.peer = self.pipeline.get_by_name('peer')
        self.peer.connect('deep-element-added', self.on_element)
        self.peer.connect('on-ice-candidate', self.on_candidate)
        self.peer.connect('on-data-channel', self.on_channel)
        self.peer.connect('pad-added', self.on_pad)
        for name in ('connection-state', 'ice-connection-state'):
            self.peer.connect(f'notify::{name}', self.on_state)
        self.pipeline.set_state(Gst.State.PLAYING)

    # --- what rtcbin says ---

    def on_element(self, _bin, _parent, element):
        if element.get_factory() and element.get_factory().get_name() == 'rtcice':
            for setting in self.ice_settings:
                name, value = setting.split('=')
                Gst.util_set_object_arg(element, name, value)

    def on_candidate(self, _peer, line, candidate):
        tell(event='candidate', sdpMLineIndex=line, candidate=candidate)

    def on_channel(self, _peer, channel):
        self.numbers = Numbers(channel)

    def on_pad(self, _peer, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        chain = Gst.parse_bin_from_description(
            'rtpvp8depay ! fakesink name=end sync=false async=false signal-handoffs=true', True)
        chain.get_by_name('end').connect('handoff', self.on_frame)
        self.pipeline.add(chain)
        chain.sync_state_with_parent()
        pad.link(chain.get_static_pad('sink'))

    def on_frame(self, *_args):
        self.frames += 1

    def on_state(self, peer, prop):
        tell(event=prop.name, state=peer.get_property(prop.name).value_nick)

    # --- commands ---

    def ask(self, action, *args):
        """The reply; values taken out of it live as long as it does."""
        promise = Gst.Promise.new()
        self.peer.emit(action, *args, promise)
        promise.wait()
        reply = promise.get_reply()
        if reply is not None and reply.has_field('error'):
            raise RuntimeError(reply.get_value('error').message)
        return reply

    def set_description(self, side, kind, text=''):
        _result, sdp = GstSdp.SDPMessage.new_from_text(text or 'v=0\r\n')
        self.ask(f'set-{side}-description',
                 GstWebRTC.WebRTCSessionDescription.new(TYPES[kind], sdp))

    def describe(self, kind, options=None):
        reply = self.ask(f'create-{kind}', options)
        description = reply.get_value(kind)
        self.ask('set-local-description', description)
        return {'type': kind, 'sdp': description.sdp.as_text()}

    def do_channel(self):
        self.numbers = Numbers(self.peer.emit('create-data-channel', 'data', None))

    def do_offer(self, restart=False):
        options = Gst.Structure.new_empty('options')
        options.set_value('ice-restart', restart)
        return self.describe('offer', options)

    def do_take(self, type, sdp):  # the browser's words
        self.set_description('remote', type, sdp)
        return self.describe('answer') if type == 'offer' else None

    def do_rollback(self):
        self.set_description('local', 'rollback')

    def do_candidate(self, line, candidate):
        self.peer.emit('add-ice-candidate', line, candidate)

    def do_look(self):
        numbers = self.numbers
        return {'frames': self.frames, 'sent': numbers.sent, 'received': numbers.received,
                'faults': numbers.faults, 'opened': numbers.opened} if numbers else {}


def read_commands(peer, loop):
    for line in sys.stdin:
        GLib.idle_add(execute, peer, json.loads(line))
    GLib.idle_add(loop.quit)


def execute(peer, command):
    number, name = command.pop('id'), command.pop('do')
    try:
        tell(id=number, result=getattr(peer, f'do_{name}')(**command))
    except Exception as error:  # whatever it is, the test is waiting for it
        tell(id=number, error=repr(error))
    return GLib.SOURCE_REMOVE


def main():
    Gst.init(None)
    loop = GLib.MainLoop()
    peer = Peer(sys.argv[1:])
    threading.Thread(target=read_commands, args=(peer, loop), daemon=True).start()
    loop.run()
    peer.pipeline.set_state(Gst.State.NULL)


if __name__ == '__main__':
    main()
