using Orleans.MLOps.Features;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>
/// Asks a durable endpoint over one stream and answers what it asked before. The answers feed the windows that the next
/// questions see, and age the model until it is retrained beside the traffic.
/// </summary>
internal sealed class LabelDriver(int seed) : Driver("labels", seed)
{
    public const string Endpoint = "labelled";

    private const int RowsAMessage = 6;
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(20);
    private static readonly int[] ObservedAtOnce = [1, 1, 1];

    private readonly LabelJournal _journal = new(Endpoint);
    private readonly Queue<(string Id, double Value, DateTimeOffset At)> _open = new();
    private IServingSession? _session;
    private ServeRequest? _uncertain;
    private DateTimeOffset _now = SampleData.End;
    private long _number;
    private long _repeated;
    private long _uncertainRows;
    private long _unacknowledgedRows;

    public override string Summary => $"{_journal.Predictions} predictions, {_journal.Labels} labels, {_unacknowledgedRows} predictions logged without an answer";

    public static async Task PrepareAsync(IMlopsClient client, FeatureFrame frame)
    {
        await SampleData.TrainAsync(client, SampleData.Job(frame, Endpoint, epochs: 1, seed: 1), Cancel);
        await client.Serving.DeployAsync(
            new DeployEndpoint
            {
                Name = Endpoint,
                Model = Endpoint,
                Variants = [new VariantSpec { Name = "champion", Version = 1 }],
                FeatureView = SampleData.View,
                LogPolicy = LogPolicy.Durable,
                OperationId = "first",
            },
            Cancel);
        await client.Models.SetAliasAsync(new() { Model = Endpoint, Alias = "champion", Version = 1, OperationId = "first" }, Cancel);
        await client.Monitoring.ConfigureAsync(new MonitorOptions { Endpoint = Endpoint, MaximumAge = TimeSpan.FromDays(4) }, Cancel);
        await client.Pipelines.ConfigureAsync(
            new ContinuousTrainingPolicy
            {
                Endpoint = Endpoint,
                Template = SampleData.Job(frame, Endpoint, epochs: 4, seed: 9),
                JudgeWindow = TimeSpan.FromDays(4),
                Candidates = ["full", "warm"],
                BaseFrames = [frame.Data.Digest],
            },
            Cancel);
    }

    public override async Task VerifyAsync(IMlopsClient client)
    {
        if (_uncertain is { } uncertain)
        {
            await SettleAsync(client, uncertain);
        }

        await RequireWindowsAsync(client);
        var labels = _journal.AllLabels();
        var again = await client.Monitoring.LabelAsync(labels, Cancel);
        Assert.Equal(new LabelReply { Repeated = labels.PredictionIds.Length }, again);
        _repeated += labels.PredictionIds.Length;
        await RequireCountsAsync(client);
    }

    protected override async Task BeginLifeAsync(IMlopsClient client) => _session = await client.Serving.OpenSessionAsync(Cancel);

    protected override ValueTask EndLifeAsync() => _session?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override async Task StepAsync(IMlopsClient client)
    {
        var request = NextMessage();
        Begin();
        _uncertain = request;
        var reply = await _session!.ServeAsync(request, Cancel);
        if (request.Labels is { } labels)
        {
            Assert.Equal(new LabelReply { Accepted = labels.PredictionIds.Length }, reply.Labels);
            _journal.Labelled(labels);
        }

        if (request.Observations is { } observations)
        {
            Observed(observations);
        }

        Take(request.Predict, reply.Predictions);
        _uncertain = null;
        Acknowledge();
    }

    private ServeRequest NextMessage()
    {
        _now += Step;
        _number++;
        var due = new List<(string Id, double Value, DateTimeOffset At)>();
        while (_open.TryPeek(out var answer) && answer.At <= _now)
        {
            due.Add(_open.Dequeue());
        }

        return new ServeRequest
        {
            Predict = Questions([.. Enumerable.Range(0, RowsAMessage).Select(_ => SampleData.Cities[Random.Next(SampleData.Cities.Length)])]),
            Labels = due.Count == 0 ? null : _journal.Batch([.. due]),
            Observations = Random.Next(3) > 0 ? null : new ObservationBatch
            {
                Keys = Array.ConvertAll(ObservedAtOnce, _ => $"message {_number}"),
                Values = Array.ConvertAll(ObservedAtOnce, _ => (double)Random.Next(2)),
                ObservedAt = Array.ConvertAll(ObservedAtOnce, _ => _now),
            },
        };
    }

    private PredictRequest Questions(string[] cities) => new()
    {
        Endpoint = Endpoint,
        Columns =
        [
            new FeatureColumn { Name = "x", Numbers = Array.ConvertAll(cities, _ => Random.NextDouble()) },
            new FeatureColumn { Name = "city", Texts = cities },
        ],
        EventTimes = Array.ConvertAll(cities, _ => _now),
        ReturnFeatures = true,
    };

    /// <summary>Finds out what became of the message that the node died with: its parts are there whole or not at all, and its labels may be sent again.</summary>
    private async Task SettleAsync(IMlopsClient client, ServeRequest uncertain)
    {
        _uncertainRows = uncertain.Predict.EventTimes.Length;
        if (uncertain.Labels is { } labels)
        {
            var reply = await client.Monitoring.LabelAsync(labels, Cancel);
            Assert.Contains(labels.PredictionIds.Length, new[] { reply.Accepted, reply.Repeated });
            Assert.Equal(labels.PredictionIds.Length, reply.Accepted + reply.Repeated);
            _repeated += reply.Repeated;
            _journal.Labelled(labels);
        }

        if (uncertain.Observations is { } observations)
        {
            var request = Questions([observations.Keys[0]]);
            var reply = await client.Serving.PredictAsync(request, Cancel);
            var count = Feature(reply, "seen_2h")[0];
            Assert.Contains(count, new double[] { 0, observations.Keys.Length });
            if (count > 0)
            {
                Observed(observations);
            }

            Take(request, reply);
        }

        _uncertain = null;
        Acknowledge();
    }

    private void Observed(ObservationBatch observations)
    {
        for (var i = 0; i < observations.Keys.Length; i++)
        {
            _journal.Windows.Add(observations.Keys[i], observations.Values[i], observations.ObservedAt[i]);
        }
    }

    private async Task RequireWindowsAsync(IMlopsClient client)
    {
        var request = Questions(SampleData.Cities);
        Take(request, await client.Serving.PredictAsync(request, Cancel));
    }

    /// <summary>Journals an answer and compares the windows it was given with.</summary>
    private void Take(PredictRequest request, PredictReply reply)
    {
        var cities = request.Columns[1].Texts!;
        var (means, counts) = (Feature(reply, "late_2h"), Feature(reply, "seen_2h"));
        for (var row = 0; row < cities.Length; row++)
        {
            var (mean, count) = _journal.Windows.At(cities[row], request.EventTimes[row]);
            Assert.True(count == counts[row], $"At {request.EventTimes[row]:O} the windows of '{cities[row]}' hold {counts[row]} values; the journal says {count}.");
            Assert.Equal(mean, means[row], 12);
            _journal.Predicted(reply.PredictionIds[row], reply.ModelVersions[row], cities[row]);
            _open.Enqueue((reply.PredictionIds[row], SampleData.Answer(Random, 0, 0.5), SampleData.KnownAt(request.EventTimes[row])));
        }

        _journal.Windows.ForgetBefore(_now - LabelWindows.Length);
    }

    private async Task RequireCountsAsync(IMlopsClient client)
    {
        await client.Monitoring.FlushAsync(Endpoint, cancellationToken: Cancel);
        var endpoint = await client.Serving.GetAsync(Endpoint, cancellationToken: Cancel);
        int[] versions = [.. endpoint.History.SelectMany(change => change.Variants).Select(variant => variant.Version).Union(_journal.Versions)];
        var reports = await Task.WhenAll(versions.Select(version => client.Monitoring.GetReportAsync(Endpoint, version, cancellationToken: Cancel)));
        foreach (var report in reports)
        {
            Assert.True(_journal.PredictionsOf(report.ModelVersion) <= report.Predictions, $"The monitor of version {report.ModelVersion} lost predictions: {report.Predictions}.");
            Assert.Equal(_journal.LabelsOf(report.ModelVersion), report.Labelled);
            Assert.Equal(0, report.CorrectedLabels);
            Assert.Equal(0, report.UnknownLabels);
        }

        Assert.Equal(_repeated, reports.Sum(report => report.RepeatedLabels));
        var more = reports.Sum(report => report.Predictions) - _journal.Predictions;
        Assert.Contains(more - _unacknowledgedRows, new[] { 0, _uncertainRows });
        (_unacknowledgedRows, _uncertainRows) = (more, 0);
    }

    private static double[] Feature(PredictReply reply, string name) => reply.Features.Single(column => column.Name == name).Numbers!;
}
