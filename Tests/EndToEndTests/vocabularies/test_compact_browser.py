"""The seed document's example in a real browser, unchanged but for the address and the line with the credential."""

from pathlib import Path

import pytest

from processes import Key, Relay
from web_page import WebPage, has_chromium

EXAMPLE = """\
const socket = new WebSocket('ADDRESS');

socket.onopen = function(event) {
  console.log('WebSocket连接已建立');
  // 发送认证和初始化消息
  socket.send(JSON.stringify({
    type: 'session.update',
    authorization: 'Bearer KEY',
    session: {
      model: 'gpt-4'
    }
  }));
};

socket.onmessage = function(event) {
  const data = JSON.parse(event.data);
  console.log('收到消息:', data);
};

socket.onclose = function(event) {
  console.log('WebSocket连接已关闭');
};
"""

#: What a person would do with it: says something when the conversation is there, and reads the answer.
USE = """\
const seen = [];
socket.addEventListener('message', (event) => {
  const data = JSON.parse(event.data);
  seen.push(data);
  if (data.type === 'conversation.created') socket.send(JSON.stringify({type: 'message', message: '你好，世界'}));
  if (data.type === 'message.completed' || data.type === 'error') {
    fetch('/told', {method: 'POST', body: JSON.stringify({seen})});
    socket.close();
  }
});
"""


@pytest.mark.skipif(not has_chromium(), reason="there is no chromium")
def test_the_example(vocabularies: Relay, member: Key, tmp_path: Path):
    script = EXAMPLE.replace("ADDRESS", f"{vocabularies.ws}/v1/realtime").replace("KEY", member.text)
    page = WebPage(f"<!doctype html><script>{script}</script><script>{USE}</script>")
    try:
        seen = page.browse(tmp_path)["seen"]
    finally:
        page.close()
    types = [event["type"] for event in seen]
    assert types[:3] == ["conversation.created", "message.created", "content.start"], seen
    assert types[-2:] == ["content.stop", "message.completed"]
    assert set(types[3:-2]) == {"content.delta"}
    assert "你好，世界" in seen[-1]["message"]
