-- Sends the body in the file that is named after "--", or GET without one, and prints one line of figures in microseconds.
function init(arguments)
  if arguments[1] then
    local file = assert(io.open(arguments[1], "rb"))
    wrk.method, wrk.body = "POST", file:read("*a")
    wrk.headers["Content-Type"] = "application/json"
    file:close()
  end
end

function done(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  print(string.format("figures %d %d %d %d %d %d", summary.requests, failed, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
