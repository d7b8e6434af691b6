-- What `wrk` asks for, and how it tells its figures: one line of JSON (scripts/bench/load.mjs).
-- BENCH_REQUESTS names a file with a request a line: its path, then its header fields, "Name: value",
-- separated by tabs. BENCH_PICK is "in turn" or "random". BENCH_PAUSE_MS is how long a connection waits on average
-- after an answer.

local function read_requests()
  local requests = {}
  for line in io.lines(os.getenv("BENCH_REQUESTS")) do
    local path
    local headers = { Host = wrk.headers["Host"] }
    for part in line:gmatch("[^\t]+") do
      if path == nil then
        path = part
      else
        local name, value = part:match("^(.-): (.*)$")
        headers[name] = value
      end
    end
    requests[#requests + 1] = { path = path, headers = headers }
  end
  return requests
end

-- Not always as long: connections that all wait alike would ask all at once.
local pause_ms = tonumber(os.getenv("BENCH_PAUSE_MS"))
if pause_ms > 0 then
  function delay()
    return math.random(0, 2 * pause_ms)
  end
end

function init()
  local requests = read_requests()
  if #requests == 1 then
    -- wrk sends the same bytes again and again, without coming back here.
    wrk.path = requests[1].path
    wrk.headers = requests[1].headers
    return
  end
  local texts = {}
  for index, each in ipairs(requests) do
    texts[index] = wrk.format("GET", each.path, each.headers)
  end
  local count = #texts
  local turn = 0
  math.randomseed(tonumber(os.getenv("BENCH_SEED")))
  if os.getenv("BENCH_PICK") == "random" then
    function request()
      return texts[math.random(count)]
    end
  else
    function request()
      turn = turn % count + 1
      return texts[turn]
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%f,"bytes":%d,"p50Ms":%f,"p99Ms":%f,"failed":%d,"refused":%d}\n',
    summary.requests,
    summary.duration / 1e6,
    summary.bytes,
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.timeout,
    errors.status
  ))
end
