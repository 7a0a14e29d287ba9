#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An application as it is written for webrtcbin: signals, promises with callbacks, decodebin.

Nothing in it knows of rtcbin: its first argument is the name of the element. offer: makes the first
offer, when negotiation is needed. answer: waits for one. Descriptions and candidates are lines of JSON
on stdin and stdout.
"""
import json
import sys
import threading

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstSdp', '1.0')
gi.require_version('GstWebRTC', '1.0')
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

VIDEO = 'application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000'
SOURCE = '''videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240 ! queue
    ! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=15 ! rtpvp8pay ! capsfilter caps=''' + VIDEO


def tell(**fields):
    print(json.dumps(fields), flush=True)


class Application:
    def __init__(self, element, is_offerer):
        self.is_offerer = is_offerer
        self.pipeline = Gst.Pipeline.new('application')
        self.webrtc = Gst.ElementFactory.make(element, 'webrtc')
        self.webrtc.set_property('bundle-policy', GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self.pipeline.add(self.webrtc)
        self.webrtc.connect('on-ice-candidate', self.on_ice_candidate)
        self.webrtc.connect('on-data-channel', lambda _webrtc, channel: self.use_channel(channel))
        self.webrtc.connect('pad-added', self.on_incoming_stream)
        self.webrtc.connect('notify::connection-state', self.on_connection_state)
        if is_offerer:
            self.webrtc.connect('on-negotiation-needed', self.on_negotiation_needed)
            self.webrtc.emit('add-transceiver', GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY,
                             Gst.Caps.from_string(VIDEO))
        source = Gst.parse_bin_from_description(SOURCE, True)
        self.pipeline.add(source)
        source.get_static_pad('src').link(self.webrtc.request_pad_simple('sink_%u'))
        self.pipeline.set_state(Gst.State.READY)
        if is_offerer:
            self.use_channel(self.webrtc.emit('create-data-channel', 'chat', None))
        self.pipeline.set_state(Gst.State.PLAYING)

    # --- negotiation ---

    def on_negotiation_needed(self, webrtc):
        webrtc.emit('create-offer', None, Gst.Promise.new_with_change_func(self.on_created, 'offer'))

    def on_created(self, promise, kind):
        reply = promise.get_reply()
        description = reply.get_value(kind)
        ignored = Gst.Promise.new()
        self.webrtc.emit('set-local-description', description, ignored)
        ignored.interrupt()
        tell(type=kind, sdp=description.sdp.as_text())

    def on_remote_offer_set(self, _promise, _data):
        self.webrtc.emit('create-answer', None,
                         Gst.Promise.new_with_change_func(self.on_created, 'answer'))

    def on_ice_candidate(self, _webrtc, line, candidate):
        tell(sdpMLineIndex=line, candidate=candidate)

    def on_connection_state(self, webrtc, _property):
        tell(state=webrtc.get_property('connection-state').value_nick)

    def take(self, message):
        if 'candidate' in message:
            self.webrtc.emit('add-ice-candidate', message['sdpMLineIndex'], message['candidate'])
            return GLib.SOURCE_REMOVE
        _result, sdp = GstSdp.SDPMessage.new()
        GstSdp.sdp_message_parse_buffer(message['sdp'].encode(), sdp)
        kind = (GstWebRTC.WebRTCSDPType.OFFER if message['type'] == 'offer'
                else GstWebRTC.WebRTCSDPType.ANSWER)
        description = GstWebRTC.WebRTCSessionDescription.new(kind, sdp)
        if message['type'] == 'offer':
            promise = Gst.Promise.new_with_change_func(self.on_remote_offer_set, None)
        else:
            promise = Gst.Promise.new()
        self.webrtc.emit('set-remote-description', description, promise)
        return GLib.SOURCE_REMOVE

    # --- media and data ---

    def use_channel(self, channel):
        self.channel = channel
        channel.connect('on-open', lambda opened: opened.emit('send-string', 'hello'))
        channel.connect('on-message-string', self.on_message)

    def on_message(self, channel, text):
        tell(message=text)
        if not self.is_offerer:
            channel.emit('send-string', text)

    def on_incoming_stream(self, _webrtc, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        decodebin = Gst.ElementFactory.make('decodebin')
        decodebin.connect('pad-added', self.on_decoded)
        self.pipeline.add(decodebin)
        decodebin.sync_state_with_parent()
        pad.link(decodebin.get_static_pad('sink'))

    def on_decoded(self, _decodebin, pad):
        sink = Gst.parse_bin_from_description(
            'queue ! videoconvert ! fakesink name=end sync=false signal-handoffs=true', True)
        end = sink.get_by_name('end')
        end.set_property('async', False)
        self.frames = 0
        end.connect('handoff', self.on_frame)
        self.pipeline.add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad('sink'))

    def on_frame(self, *_args):
        self.frames += 1
        if self.frames % 10 == 0:
            tell(frames=self.frames)


def read(application, loop):
    for line in sys.stdin:
        GLib.idle_add(application.take, json.loads(line))
    GLib.idle_add(loop.quit)


def main():
    Gst.init(None)
    loop = GLib.MainLoop()
    application = Application(sys.argv[1], sys.argv[2] == 'offer')
    threading.Thread(target=read, args=(application, loop), daemon=True).start()
    loop.run()
    application.pipeline.set_state(Gst.State.NULL)


if __name__ == '__main__':
    main()
