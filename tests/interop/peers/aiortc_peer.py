#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""aiortc, WebRTC in Python, as the offerer. Usage: aiortc_peer.py URL"""
import asyncio
import json
import sys
import urllib.request

try:
    from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
except ImportError:
    print('skipped: aiortc is not installed')
    sys.exit(77)

LIMIT_S = 30


def post(url, description):
    body = json.dumps({'type': description.type, 'sdp': description.sdp}).encode()
    request = urllib.request.Request(url, body, {'Content-Type': 'application/json'})
    with urllib.request.urlopen(request, timeout=15) as reply:
        return json.load(reply)


async def main(url):
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    channel = connection.createDataChannel('data')
    received = asyncio.get_running_loop().create_future()

    @channel.on('open')
    def on_open():
        channel.send('Hello from aiortc')

    @channel.on('message')
    def on_message(text):
        if not received.done():
            received.set_result(text)

    await connection.setLocalDescription(await connection.createOffer())
    answer = await asyncio.to_thread(post, url, connection.localDescription)
    await connection.setRemoteDescription(RTCSessionDescription(answer['sdp'], answer['type']))
    print('received', await asyncio.wait_for(received, LIMIT_S))
    await connection.close()


asyncio.run(main(sys.argv[1]))
