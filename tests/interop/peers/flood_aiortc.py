#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""aiortc, WebRTC in Python, as one side of rtcbench's scenario `processes`."""
import asyncio
import json
import sys

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

LOW_WATER = 512 * 1024
HIGH_WATER = 1024 * 1024


class Peer:
    def __init__(self):
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channel = None
        self.received = 0
        self.message = b''
        self.waiting = []

    def say(self, **message):
        print(json.dumps(message), flush=True)

    async def describe(self, description):
        await self.connection.setLocalDescription(description)
        local = self.connection.localDescription
        self.say(type=local.type, sdp=local.sdp)

    async def prepare(self, role):
        self.say(type='prepared')
        if role != 'send':
            self.connection.on('datachannel', self.take_channel)
            return
        self.channel = self.connection.createDataChannel('data')
        self.channel.on('open', lambda: self.say(type='open'))
        await self.describe(await self.connection.createOffer())

    def take_channel(self, channel):
        self.channel = channel
        channel.on('message', self.count)
        self.say(type='open')

    def count(self, data):
        self.received += len(data)

    async def take(self, message):
        if message['type'] == 'candidate':
            text = message['candidate']
            if text:
                candidate = candidate_from_sdp(text.removeprefix('candidate:'))
                candidate.sdpMLineIndex = message.get('line', 0)
                await self.connection.addIceCandidate(candidate)
            return
        description = RTCSessionDescription(message['sdp'], message['type'])
        await self.connection.setRemoteDescription(description)
        if message['type'] == 'offer':
            await self.describe(await self.connection.createAnswer())

    def fill(self):
        while self.channel.bufferedAmount < HIGH_WATER:
            self.channel.send(self.message)

    def start(self, size):
        self.message = bytes(size)
        self.channel.bufferedAmountLowThreshold = LOW_WATER
        self.channel.on('bufferedamountlow', self.fill)
        self.fill()

    async def obey(self, message):
        kind = message['type']
        if kind == 'prepare':
            await self.prepare(message['role'])
        elif kind == 'start':
            self.start(message['size'])
        elif kind == 'count':
            self.say(type='count', bytes=self.received)
        else:
            await self.take(message)


async def main():
    peer = Peer()
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        message = json.loads(line)
        if message['type'] == 'quit':
            break
        await peer.obey(message)


asyncio.run(main())
