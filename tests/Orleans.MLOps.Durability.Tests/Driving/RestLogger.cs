using System.Net.Http.Json;
using System.Text.Json;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>
/// One client that logs a metric of its own in MLflow's words, call after call. A call without an answer is sent again, byte by byte,
/// to the next life of the node, as MLflow's clients do.
/// </summary>
internal sealed class RestLogger(string runId, string key)
{
    private const string Api = "/api/2.0/mlflow";
    private const long FirstTime = 1_700_000_000_000;
    private const int BatchEvery = 5;
    private const int BatchSize = 10;

    private long _sent;
    private long _acknowledged;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public long Acknowledged => _acknowledged;

    /// <summary>Whether a call has been sent and not answered.</summary>
    public bool IsInDoubt => _sent > _acknowledged;

    /// <summary>Logs until the node dies.</summary>
    public async Task RunAsync(HttpClient http, Action acknowledged)
    {
        try
        {
            while (true)
            {
                if (!IsInDoubt)
                {
                    _sent += _acknowledged % BatchEvery == 0 ? BatchSize : 1;
                }

                await SendAsync(http);
                acknowledged();
            }
        }
        catch (HttpRequestException)
        {
            // The node is dead; the call stays in doubt.
        }
    }

    /// <summary>Brings a call in doubt to its end.</summary>
    public Task SettleAsync(HttpClient http) => IsInDoubt ? SendAsync(http) : Task.CompletedTask;

    /// <summary>Every acknowledged point stands in the history, once and as it was sent.</summary>
    public async Task VerifyAsync(HttpClient http)
    {
        var history = await http.GetFromJsonAsync<JsonElement>($"{Api}/metrics/get-history?run_id={runId}&metric_key={key}", Cancel);
        var points = history.TryGetProperty("metrics", out var metrics) ? metrics.EnumerateArray().ToArray() : [];
        Assert.Equal(
            Enumerable.Range(1, (int)_acknowledged).Select(step => ((long)step, Value(step), FirstTime + step)),
            points.Select(point => (point.GetProperty("step").GetInt64(), point.GetProperty("value").GetDouble(), point.GetProperty("timestamp").GetInt64())));
    }

    private static double Value(long step) => 1.0 / step;

    private async Task SendAsync(HttpClient http)
    {
        var points = Enumerable.Range((int)_acknowledged + 1, (int)(_sent - _acknowledged))
            .Select(step => new { run_id = runId, key, value = Value(step), timestamp = FirstTime + step, step })
            .ToArray();
        using var reply = points.Length == 1
            ? await http.PostAsJsonAsync($"{Api}/runs/log-metric", points[0], Cancel)
            : await http.PostAsJsonAsync($"{Api}/runs/log-batch", new { run_id = runId, metrics = points }, Cancel);
        Assert.True(reply.IsSuccessStatusCode, $"{reply.StatusCode}: {await reply.Content.ReadAsStringAsync(Cancel)}");
        _acknowledged = _sent;
    }
}
