#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A WHIP and WHEP server made of aiohttp and aiortc, which takes requests by the letter of RFC 9725.

It prints its port, then one line for each thing that happens. A request that breaks a rule is a
line "violation ...". Paths:

    /whip, /whep          the endpoints; the token is "secret"
    /moved/whip, ...      redirects to them with 307
    /busy/whip, ...       503 with Retry-After the first time
    /counter/whep         406 with an offer of its own
    /offer                JSON offer, JSON answer
"""
import asyncio
import sys

try:
    from aiohttp import web
    from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
    from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
except ImportError as error:
    print(f'skipped: {error}')
    sys.exit(77)

SDP = 'application/sdp'
FRAGMENT = 'application/trickle-ice-sdpfrag'
TOKEN = 'Bearer secret'
ENOUGH_FRAMES = 30

sessions = {}
busy = set()


def say(*words):
    print(*words, flush=True)


def require(claim, rule):
    if not claim:
        say('violation', rule)
        raise web.HTTPBadRequest(text=rule)


def check_lines(text):
    require(text.endswith('\r\n') and '\n' not in text.replace('\r\n', ''), 'lines end with CRLF')


def check_request(request):
    if request.headers.get('Authorization') is None:
        raise web.HTTPUnauthorized(headers={'WWW-Authenticate': 'Bearer'})
    require(request.headers['Authorization'] == TOKEN, 'the token is kept')
    require('Cookie' not in request.headers, 'no cookies')


def check_offer(request, sdp, direction):
    require(request.headers.get('Content-Type') == SDP, 'RFC 9725 4.2: the offer is application/sdp')
    require(SDP in request.headers.get('Accept', ''), 'the answer is wanted as application/sdp')
    check_lines(sdp)
    require(sdp.startswith('v=0\r\no='), 'the offer is SDP')
    sections = sdp.split('\r\nm=')[1:]
    require(1 <= len(sections) <= 2, 'one audio and one video at most')
    require(len(sections) == 1 or '\r\na=group:BUNDLE ' in sdp, 'RFC 9725 4.4.1: bundled')
    for section in sections:
        require(f'\r\na={direction}\r\n' in f'{section}\r\n', f'sections are {direction}')
        require('\r\na=rtcp-mux\r\n' in section, 'RTCP is on the same port')
    require('a=setup:actpass\r\n' in sdp, 'RFC 9725 4.4.2: the offerer leaves the role open')


class Session:
    def __init__(self):
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.number = len(sessions) + 1
        self.etag = f'"{self.number}"'
        self.path = f'/resource/{self.number}'
        sessions[self.number] = self
        self.connection.on('track', self.receive)
        self.connection.on('connectionstatechange', self.tell_state)

    def tell_state(self):
        say('state', self.number, self.connection.connectionState)

    def receive(self, track):
        asyncio.ensure_future(self.count(track))

    async def count(self, track):
        for _ in range(ENOUGH_FRAMES):
            await track.recv()
        say('received', track.kind)

    def send(self):
        self.connection.addTrack(AudioStreamTrack())
        self.connection.addTrack(VideoStreamTrack())

    async def answer(self, sdp):
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, 'offer'))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return self.connection.localDescription.sdp

    def headers(self):
        # Relative, as RFC 9725 allows.
        return {'Location': self.path, 'ETag': self.etag}


async def post_offer(request, is_publisher):
    check_request(request)
    sdp = await request.text()
    check_offer(request, sdp, 'sendonly' if is_publisher else 'recvonly')
    session = Session()
    if not is_publisher:
        session.send()
    session.was_complete = 'a=end-of-candidates' in sdp
    answer = await session.answer(sdp)
    say('created', session.number)
    return web.Response(status=201, text=answer, content_type=SDP, headers=session.headers())


async def whip(request):
    return await post_offer(request, True)


async def whep(request):
    return await post_offer(request, False)


async def moved(request):
    check_request(request)
    raise web.HTTPTemporaryRedirect('/' + request.match_info['rest'])


async def wait(request):
    path = '/' + request.match_info['rest']
    check_request(request)
    if path not in busy:
        busy.add(path)
        say('busy')
        raise web.HTTPServiceUnavailable(headers={'Retry-After': '1'})
    say('again')
    return await {'/whip': whip, '/whep': whep}[path](request)


async def counter(request):
    check_request(request)
    check_offer(request, await request.text(), 'recvonly')
    session = Session()
    session.connection.addTrack(VideoStreamTrack())
    session.connection.getTransceivers()[0].direction = 'sendonly'
    await session.connection.setLocalDescription(await session.connection.createOffer())
    say('countered', session.number)
    return web.Response(status=406, text=session.connection.localDescription.sdp, content_type=SDP,
                        headers=session.headers())


async def patch(request):
    check_request(request)
    session = sessions[int(request.match_info['number'])]
    text = await request.text()
    check_lines(text)
    kind = request.headers.get('Content-Type')
    if kind == SDP:
        require(session.connection.signalingState == 'have-local-offer', 'an answer to an offer')
        await session.connection.setRemoteDescription(RTCSessionDescription(text, 'answer'))
        say('answered', session.number)
        return web.Response(status=204)
    require(kind == FRAGMENT, 'RFC 9725 4.3: a PATCH is a fragment')
    require('a=ice-ufrag:' in text and 'a=ice-pwd:' in text, 'RFC 8840 9.2: credentials are in it')
    require(text.count('m=') == 1 and 'a=mid:' in text, 'one section, with its mid')
    if request.headers.get('If-Match') == '*':
        say('restart', session.number)
        raise web.HTTPMethodNotAllowed('PATCH', ['DELETE'])
    require(request.headers.get('If-Match') == session.etag, 'RFC 9725 4.3.1: If-Match is the ETag')
    require('a=candidate:' in text, 'candidates are in it')
    require(not session.was_complete, 'RFC 8840 4.1.1: no candidate after their end')
    say('trickled', session.number)
    return web.Response(status=204)


async def delete(request):
    check_request(request)
    require(not request.can_read_body, 'a DELETE has no body')
    session = sessions.pop(int(request.match_info['number']))
    await session.connection.close()
    say('deleted', session.number)
    return web.Response()


async def json_offer(request):
    require(request.content_type == 'application/json', 'JSON is application/json')
    offer = await request.json()
    require(offer['type'] == 'offer', 'an offer')
    session = Session()

    @session.connection.on('datachannel')
    def on_channel(channel):
        say('channel', channel.label)

    answer = await session.answer(offer['sdp'])
    return web.json_response({'type': 'answer', 'sdp': answer})


async def main():
    app = web.Application()
    app.add_routes([
        web.post('/whip', whip), web.post('/whep', whep), web.post('/offer', json_offer),
        web.post('/counter/whep', counter), web.post('/moved/{rest:.*}', moved),
        web.post('/busy/{rest:.*}', wait), web.patch('/resource/{number}', patch),
        web.delete('/resource/{number}', delete)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, '127.0.0.1', 0)
    await site.start()
    say('port', site._server.sockets[0].getsockname()[1])
    await asyncio.Event().wait()


asyncio.run(main())
