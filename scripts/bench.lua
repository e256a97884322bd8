-- For wrk: asks for the addresses in the file named by ADDRESSES (one path a line) in turn, as a browser would,
-- and prints one line of figures that scripts/bench reads. Latencies are in milliseconds.
local requests = {}
local turn = 0

function init()
  for path in io.lines(os.getenv("ADDRESSES")) do
    requests[#requests + 1] = wrk.format("GET", path, { ["Accept-Encoding"] = "gzip, deflate, br", ["Accept"] = "text/html" })
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format("FIGURES %d %.3f %.3f %.3f %d %d", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status, summary.bytes))
end
