using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Resilience;
using Orleans.MLOps.Client.Serving;
using Orleans.MLOps.Client.Tests.Models.Packages;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Features;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Tests.Serving;

public sealed class EmbeddedTelemetryTests
{
    private readonly ConcurrentQueue<ReportPredictions> _reports = new();
    private readonly ConcurrentQueue<string> _warnings = new();
    private readonly FakeTimeProvider _clock = new(new(2001, 2, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_WhileReporting_ReportsWhatWasAnsweredAsItWasThen()
    {
        using var model = await LoadAsync();
        double[] tenure = [1, double.NaN, 3];
        var answered = new List<double>();
        await using (var telemetry = Open(model, new() { BatchSize = 2, Project = "p", ModelVersion = 7 }))
        {
            answered.AddRange(model.Predict(Numbers(tenure), Texts("month", "ß", "")));
            tenure[0] = 99;
            await telemetry.FlushAsync(Token);
            Assert.Equal((3, 3, 0, 0), (telemetry.Accepted, telemetry.Recorded, telemetry.Dropped, telemetry.Refused));
        }

        model.Predict(Numbers(5), Texts("month"));

        Assert.Equal([1.0, double.NaN, 3.0], _reports.SelectMany(report => report.Columns.Single(column => column.Name == "tenure").Numbers!));
        Assert.Equal(["month", "ß", ""], _reports.SelectMany(report => report.Columns.Single(column => column.Name == "contract").Texts!));
        Assert.Equal(answered, _reports.SelectMany(report => report.Probabilities));
        Assert.All(_reports, report => Assert.Equal(("p", "e", 7, false), (report.Project, report.Endpoint, report.ModelVersion, report.IsRepeat)));
        Assert.Equal([2, 1], _reports.Select(report => report.Probabilities.Length));
        Assert.All(_reports, report => Assert.Equal((report.Probabilities.Length, report.Probabilities.Length), (report.EventTimes.Length, report.Latencies.Length)));
    }

    [Fact]
    public async Task Predict_ManyCallsAtOnce_LosesNoneAndKeepsTheOrderOfTimes()
    {
        using var model = await LoadAsync();
        _clock.AutoAdvanceAmount = TimeSpan.FromMilliseconds(1);
        await using (Open(model, new() { BatchSize = 50 }))
        {
            Parallel.For(0, 2000, i => model.Predict(Numbers(i), Texts("month")));
        }

        Assert.Equal(Enumerable.Range(0, 2000).Select(i => (double)i), _reports.SelectMany(report => report.Columns[0].Numbers!).Order());
        Assert.All(_reports, report => Assert.Equal(report.EventTimes.Order(), report.EventTimes));
    }

    [Fact]
    public async Task Predict_RowsOfVeryDifferentSizes_FillReportsByTheirBytesAndLeaveOutWhatNoReportHolds()
    {
        using var model = await LoadAsync();
        await using var telemetry = Open(model, new());
        int[] lengths = [1, 1, 3_000_000, 1, 900_000, 900_000, 900_000, 1];
        model.Predict(Numbers([.. lengths.Select((_, i) => (double)i)]), Texts([.. lengths.Select(length => new string('a', length))]));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => telemetry.FlushAsync(Token));

        Assert.Equal([0.0, 1, 3, 4, 5, 6, 7], _reports.SelectMany(report => report.Columns[0].Numbers!));
        Assert.All(_reports, report => Assert.True(report.Columns[1].Texts!.Sum(text => text.Length) < 2 << 20));
        Assert.Equal((7, 1, 0), (telemetry.Recorded, telemetry.Refused, telemetry.Dropped));
        Assert.Contains("a report holds 2097152", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FlushAsync_ReportThatFitsNoMessage_IsRefusedAndWhatComesNextIsSent()
    {
        using var model = await LoadAsync();
        await using var telemetry = Open(
            model, new() { BatchSize = 1 }, report => report.Columns[0].Numbers![0] == 1 ? throw TooLarge() : Task.CompletedTask);
        model.Predict(Numbers(1, 2), Texts("month", "month"));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => telemetry.FlushAsync(Token));

        Assert.Equal((1, 1), (telemetry.Recorded, telemetry.Refused));

        static Exception TooLarge() => Assert.Throws<ResourceExhaustedException>(() =>
            new GrpcCalls(new GrpcClientOptions { Address = new Uri("http://localhost:1"), MaxMessageBytes = 16 }, TimeProvider.System).CheckSize(new W.PredictRequest { Endpoint = new string('e', 100) }));
    }

    [Fact]
    public async Task FlushAsync_PlatformAwayForAMoment_SendsTheSameReportAsARepeat()
    {
        using var model = await LoadAsync();
        var calls = 0;
        await using var telemetry = Open(model, new(), _ => Interlocked.Increment(ref calls) <= 2 ? throw new UnavailableException("away") : Task.CompletedTask, TimeProvider.System);
        model.Predict(Numbers(1), Texts("month"));
        await telemetry.FlushAsync(Token);

        Assert.Single(_reports.Select(report => report.OperationId).Distinct());
        Assert.Equal([false, true, true], _reports.Select(report => report.IsRepeat));
        Assert.Equal((1, 0), (telemetry.Recorded, telemetry.Refused));
    }

    [Fact]
    public async Task Predict_MoreThanMayWait_AnswersAndCountsWhatIsDropped()
    {
        using var model = await LoadAsync();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var telemetry = Open(
            model,
            new() { Capacity = 3, BatchSize = 2, MaximumDelay = TimeSpan.Zero },
            _ =>
            {
                sending.TrySetResult();
                return held.Task;
            });
        model.Predict(Numbers(1), Texts("month"));
        await sending.Task.WaitAsync(Token);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(2, model.Predict(Numbers(1, 2), Texts("month", "month")).Length);
        }

        held.SetResult();
        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => telemetry.FlushAsync(Token));

        Assert.Equal((3, 3, 4), (telemetry.Accepted, telemetry.Recorded, telemetry.Dropped));
        Assert.Contains("4 found no room", error.Message, StringComparison.Ordinal);
        Assert.Contains("dropped", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FlushAsync_RefusedForGood_IsCountedToldAndThrown()
    {
        using var model = await LoadAsync();
        await using var telemetry = Open(model, new(), _ => throw new NotFoundException("Endpoint 'e' does not exist.", "endpoint"));
        model.Predict(Numbers(1), Texts("month"));

        await Assert.ThrowsAsync<FailedPreconditionException>(() => telemetry.FlushAsync(Token));

        Assert.Equal((0, 1), (telemetry.Recorded, telemetry.Refused));
        Assert.Contains("Endpoint 'e' does not exist", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reported_ThatFails_LeavesTheReportRecorded()
    {
        using var model = await LoadAsync();
        await using var telemetry = Open(model, new() { Reported = (_, _) => throw new InvalidOperationException("oh") });
        model.Predict(Numbers(1), Texts("month"));
        await telemetry.FlushAsync(Token);

        Assert.Equal((1, 0), (telemetry.Recorded, telemetry.Refused));
        Assert.Contains("oh", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReportTo_WhileReporting_IsRefusedUntilThatHasEnded()
    {
        using var model = await LoadAsync();
        await using (Open(model, new()))
        {
            Assert.Throws<FailedPreconditionException>(() => Open(model, new()));
        }

        await using var second = Open(model, new());
        model.Predict(Numbers(1), Texts("month"));
        Assert.Equal(1, second.Accepted);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 65_537, 1)]
    [InlineData(1, 1, 0)]
    public async Task ReportTo_OptionOutOfRange_IsRefused(int capacity, int batch, int version)
    {
        using var model = await LoadAsync();
        Assert.Throws<InvalidInputException>(() => Open(model, new() { Capacity = capacity, BatchSize = batch, ModelVersion = version }));
    }

    private EmbeddedTelemetry Open(EmbeddedModel model, EmbeddedTelemetryOptions options, Func<ReportPredictions, Task>? answer = null, TimeProvider? clock = null)
    {
        var serving = CallProxy.Create<IServingClient>((method, arguments) =>
        {
            Assert.Equal(nameof(IServingClient.ReportAsync), method.Name);
            var report = (ReportPredictions)arguments[0]!;
            _reports.Enqueue(report);
            return AnswerAsync(report);
        });
        return model.Attach(serving, "e", options with { Warn = _warnings.Enqueue, Clock = clock ?? _clock }, new ProcessEnd());

        async Task<ReportedPredictions> AnswerAsync(ReportPredictions report)
        {
            await (answer?.Invoke(report) ?? Task.CompletedTask);
            return new() { PredictionIds = [.. report.Probabilities.Select((_, i) => $"{i}")] };
        }
    }

    private static async Task<EmbeddedModel> LoadAsync()
    {
        var network = TabularNetworkSpec.Parse(SamplePackage.Manifest().NetworkJson!);
        var contents = new Dictionary<string, byte[]>(SamplePackage.Contents()) { [ModelPackageFormat.Onnx] = OnnxExporter.Export(network, WeightInitializer.Create(network, 5)) };
        using var package = ModelPackage.Open(new MemoryStream(await SamplePackage.WriteAsync(contents)), cancellationToken: Token);
        return EmbeddedModel.Load(package);
    }

    private static FeatureColumn Numbers(params double[] values) => new() { Name = "tenure", Numbers = values };

    private static FeatureColumn Texts(params string[] values) => new() { Name = "contract", Texts = values };
}
