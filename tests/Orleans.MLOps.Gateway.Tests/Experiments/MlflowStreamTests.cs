using System.Net;
using System.Text.Json;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Gateway.Tests.Support;

namespace Orleans.MLOps.Gateway.Tests.Experiments;

/// <summary>Histories in MLflow's words leave while they are read.</summary>
public sealed class MlflowStreamTests
{
    private const string Path = "/api/2.0/mlflow/metrics/get-history?run_id=r&metric_key=m";
    private const string Bulk = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval";
    private const int Pages = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetHistory_WithoutPageSize_SendsAPageBeforeItAsksForTheNext()
    {
        await using var host = await GatewayHost.StartAsync(rest: true);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Platform.Handler = (_, arguments) => PageAsync((MetricHistoryQuery)arguments[0]!);
        using var http = Connect(host);
        using var reply = await http.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, Cancel).WaitAsync(Patience, Cancel);
        await using var body = await reply.Content.ReadAsStreamAsync(Cancel);
        using var all = new MemoryStream();
        var piece = new byte[1000];
        await body.ReadExactlyAsync(piece, Cancel).AsTask().WaitAsync(Patience, Cancel);
        all.Write(piece);
        arrived.SetResult();
        await body.CopyToAsync(all, Cancel);

        var answer = JsonElement.Parse(all.ToArray());
        Assert.Equal(Enumerable.Range(0, 25_000 * Pages), answer.GetProperty("metrics").EnumerateArray().Select(point => point.GetProperty("step").GetInt32()));
        Assert.False(answer.TryGetProperty("next_page_token", out _));

        async Task<MetricHistory> PageAsync(MetricHistoryQuery query)
        {
            if (query.PageToken is not null)
            {
                await arrived.Task;
            }

            var number = int.Parse(query.PageToken ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            return Page(number, query.Limit, number == Pages - 1 ? null : $"{number + 1}");
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(25_000)]
    public async Task GetHistory_LaterPageFails_CutsTheAnswer(int points)
    {
        await using var host = await GatewayHost.StartAsync(rest: true);
        host.Platform.Handler = (_, arguments) => Fail(points, (MetricHistoryQuery)arguments[0]!);
        using var http = Connect(host);

        var cut = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(Path, Cancel).WaitAsync(Patience, Cancel));
        Assert.Null(cut.StatusCode);
    }

    [Fact]
    public async Task GetHistory_FailureBeforeAnythingIsSent_IsAnsweredAsAnError()
    {
        await using var host = await GatewayHost.StartAsync(rest: true);
        host.Platform.Handler = (_, arguments) => Fail(1, (MetricHistoryQuery)arguments[0]!);
        using var http = Connect(host);
        using var reply = await http.GetAsync(Path, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        Assert.Equal("TEMPORARILY_UNAVAILABLE", JsonElement.Parse(await reply.Content.ReadAsStringAsync(Cancel)).GetProperty("error_code").GetString());
    }

    [Fact]
    public async Task GetSamples_SeveralRuns_SendsACurveBeforeItAsksForTheNext()
    {
        await using var host = await GatewayHost.StartAsync(rest: true);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Platform.Handler = (_, arguments) => arguments[0] switch
        {
            RunQuery => Task.FromResult(new RunPage { Runs = [new RunInfo { RunId = "a" }, new RunInfo { RunId = "b" }] }),
            MetricSamplesQuery query => CurveAsync(query),
            var other => throw new InvalidOperationException($"{other} was not expected."),
        };
        using var http = Connect(host);
        using var reply = await http.GetAsync($"{Bulk}?metric_key=m&run_ids=a&run_ids=b", HttpCompletionOption.ResponseHeadersRead, Cancel).WaitAsync(Patience, Cancel);
        await using var body = await reply.Content.ReadAsStreamAsync(Cancel);
        using var all = new MemoryStream();
        var piece = new byte[1000];
        await body.ReadExactlyAsync(piece, Cancel).AsTask().WaitAsync(Patience, Cancel);
        all.Write(piece);
        arrived.SetResult();
        await body.CopyToAsync(all, Cancel);

        var metrics = JsonElement.Parse(all.ToArray()).GetProperty("metrics").EnumerateArray().ToArray();
        Assert.Equal([("a", 2500), ("b", 2500)], metrics.CountBy(point => point.GetProperty("run_id").GetString()!).Select(run => (run.Key, run.Value)));

        async Task<MetricSamples> CurveAsync(MetricSamplesQuery query)
        {
            if (query.RunId == "b")
            {
                await arrived.Task;
            }

            return new() { Points = Page(0, query.Points, null).Points, Total = query.Points };
        }
    }

    [Fact]
    public async Task GetSamples_RunIsMissing_IsAnsweredAsAnErrorBeforeAnyCurve()
    {
        await using var host = await GatewayHost.StartAsync(rest: true);
        host.Platform.Handler = (_, arguments) => arguments[0] switch
        {
            RunQuery query when query.Filter == "run_id IN ('a', 'b''s')" => Task.FromResult(new RunPage { Runs = [new RunInfo { RunId = "a" }] }),
            "b's" => Task.FromException<RunInfo>(new NotFoundException("There is no such run.", "run_id")),
            var other => throw new InvalidOperationException($"{other} was not expected."),
        };
        using var http = Connect(host);
        using var reply = await http.GetAsync($"{Bulk}?metric_key=m&run_ids=a&run_ids=b's", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    private static Task<MetricHistory> Fail(int points, MetricHistoryQuery query) => query.PageToken is null
        ? Task.FromResult(Page(0, points, "1"))
        : Task.FromException<MetricHistory>(new UnavailableException("The tables cannot be read now."));

    private static MetricHistory Page(int number, int points, string? next) => new()
    {
        Points = [.. Enumerable.Range(number * points, points).Select(step => new MetricPoint { Key = "m", Step = step, Value = step, Timestamp = DateTimeOffset.UnixEpoch })],
        NextPageToken = next,
    };

    private static HttpClient Connect(GatewayHost host) => new()
    {
        BaseAddress = host.Address,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
