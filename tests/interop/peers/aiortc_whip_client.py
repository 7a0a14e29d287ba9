#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""aiortc as a WHIP publisher or a WHEP viewer. Usage: aiortc_whip_client.py publish|watch|nag URL

Prints "state STATE", "frame WIDTH HEIGHT", "keyframe" when it is asked for one, and the checksum of
each packet's payload as "packet SUM". "nag" watches, too, and asks for key frames 20 times a second.
Ends, and deletes its session, when its input ends."""
import asyncio
import fractions
import sys
import urllib.error
import urllib.parse
import urllib.request
import zlib

try:
    import av
    from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
    from aiortc.rtcdtlstransport import RTCDtlsTransport
    from aiortc.rtcrtpreceiver import RTCRtpReceiver
    from aiortc.rtcrtpsender import RTCRtpSender
    from aiortc.rtp import RtpPacket, is_rtcp
except ImportError:
    print('skipped: aiortc is not installed')
    sys.exit(77)

NAG_S = 0.05


def say(*words):
    print(*words, flush=True)


class Picture(VideoStreamTrack):
    """320 x 240, another shade of grey each time."""

    def __init__(self):
        super().__init__()
        self.number = 0

    async def recv(self):
        pts, time_base = await self.next_timestamp()
        frame = av.VideoFrame(320, 240, 'yuv420p')
        self.number += 1
        for plane in frame.planes:
            plane.update(bytes([(self.number * 5) % 256]) * plane.buffer_size)
        frame.pts, frame.time_base = pts, fractions.Fraction(time_base)
        return frame


def watch_packets():
    """Hooks into aiortc, which has no events for these."""
    send_rtp = RTCDtlsTransport._send_rtp
    handle_rtp = RTCRtpReceiver._handle_rtp_packet
    send_key_frame = RTCRtpSender._send_keyframe

    async def sent(self, data):
        if not is_rtcp(data):
            say('packet', zlib.crc32(RtpPacket.parse(data).payload))
        await send_rtp(self, data)

    async def received(self, packet, arrival_time_ms):
        say('packet', zlib.crc32(packet.payload))
        self.last_ssrc = packet.ssrc
        await handle_rtp(self, packet, arrival_time_ms)

    def asked(self):
        say('keyframe')
        send_key_frame(self)

    RTCDtlsTransport._send_rtp = sent
    RTCRtpReceiver._handle_rtp_packet = received
    RTCRtpSender._send_keyframe = asked


def request(method, url, body=None, headers=None):
    return urllib.request.urlopen(
        urllib.request.Request(url, body, headers or {}, method=method), timeout=15)


async def post(url, offer):
    """Until there is a publisher: 409 says when to ask again."""
    while True:
        try:
            return await asyncio.to_thread(request, 'POST', url, offer.sdp.encode(),
                                           {'Content-Type': 'application/sdp'})
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise
            await asyncio.sleep(0.2)


async def read_frames(track):
    while True:
        frame = await track.recv()
        say('frame', frame.width, frame.height)


async def nag(receiver):
    while True:
        await asyncio.sleep(NAG_S)
        if hasattr(receiver, 'last_ssrc'):
            await receiver._send_rtcp_pli(receiver.last_ssrc)


async def main(role, url):
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.on('connectionstatechange', lambda: say('state', connection.connectionState))
    tasks = []
    if role == 'publish':
        connection.addTransceiver(Picture(), direction='sendonly')
    else:
        transceiver = connection.addTransceiver('video', direction='recvonly')
        connection.on('track', lambda track: tasks.append(asyncio.ensure_future(read_frames(track))))
        if role == 'nag':
            tasks.append(asyncio.ensure_future(nag(transceiver.receiver)))
    await connection.setLocalDescription(await connection.createOffer())
    with await post(url, connection.localDescription) as reply:
        location = urllib.parse.urljoin(url, reply.headers['Location'])
        await connection.setRemoteDescription(
            RTCSessionDescription(reply.read().decode(), 'answer'))
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.to_thread(request, 'DELETE', location)
    await connection.close()


watch_packets()
asyncio.run(main(*sys.argv[1:]))
