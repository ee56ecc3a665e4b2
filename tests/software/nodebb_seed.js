// Fills a running NodeBB with known topics, through its own sockets and as its own users.
// Reads {address, module, admin: {username, password}, topics: [{title, author, text, replies: [{author, text, to}]}]}
// from standard input; `to` is the place of the answered reply in `replies`, or null for the topic itself.
// Writes, for every topic, {tid, slug, pids}.
'use strict';
const fs = require('fs');

const wanted = JSON.parse(fs.readFileSync(0, 'utf8'));
const socketIo = require(wanted.module);

const session = (answer) => answer.headers.getSetCookie().map((line) => line.split(';')[0]).find((c) => c.startsWith('express.sid='));

// Logs in as a browser does, and returns a function that asks NodeBB for something over a socket.
async function enter(user) {
  const opened = await fetch(`${wanted.address}/api/config`);
  const cookie = session(opened);
  const token = (await opened.json()).csrf_token;
  const login = await fetch(`${wanted.address}/login`, {
    method: 'POST',
    headers: { cookie, 'x-csrf-token': token, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(user),
    redirect: 'manual',
  });
  if (!login.ok) throw new Error(`login of ${user.username}: ${login.status} ${await login.text()}`);
  const extraHeaders = { cookie: session(login) || cookie };
  const socket = socketIo(wanted.address, { extraHeaders, forceNew: true });
  const ask = (event, data) => new Promise((resolve, reject) => {
    socket.emit(event, data, (fault, answer) => (fault ? reject(new Error(`${event}: ${fault.message}`)) : resolve(answer)));
  });
  return { ask, leave: () => socket.close() };
}

async function publish(topic, users) {
  const { ask } = users.get(topic.author);
  const opened = await ask('topics.post', { cid: 2, title: topic.title, content: topic.text, tags: [] });
  const pids = [];
  for (const reply of topic.replies) {
    const content = { tid: opened.tid, content: reply.text };
    if (reply.to !== null) content.toPid = pids[reply.to];
    pids.push((await users.get(reply.author).ask('posts.reply', content)).pid);
  }
  return { tid: opened.tid, slug: opened.slug, pids: [opened.mainPid, ...pids] };
}

async function main() {
  const admin = await enter(wanted.admin);
  await admin.ask('admin.config.setMultiple', {
    postDelay: 0, initialPostDelay: 0, newbiePostDelay: 0, newbiePostDelayThreshold: 0, minimumPostLength: 1,
    maximumPostLength: 1000000, defaultLang: 'sv', allowGuestHandles: 0,
  });
  const names = new Set(wanted.topics.flatMap((topic) => [topic.author, ...topic.replies.map((reply) => reply.author)]));
  const users = new Map();
  let number = 0;
  for (const username of names) {
    const password = 'prov-losen-2';
    number += 1;
    await admin.ask('admin.user.createUser', { username, password, email: `u${number}@example.org` });
    users.set(username, await enter({ username, password }));
  }
  const published = [];
  for (const topic of wanted.topics) published.push(await publish(topic, users));
  for (const user of users.values()) user.leave();
  admin.leave();
  fs.writeSync(1, JSON.stringify(published));
}

main().catch((fault) => { fs.writeSync(2, `${fault.stack}\n`); process.exit(1); });
