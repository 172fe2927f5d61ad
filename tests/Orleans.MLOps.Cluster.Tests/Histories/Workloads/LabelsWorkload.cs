using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>
/// Asks a durable endpoint that divides its traffic between two versions, and reports labels. In the end the counters of both versions
/// are exact: every acknowledged prediction logged, every acknowledged label joined once.
/// </summary>
internal sealed class LabelsWorkload : IWorkload
{
    private const string Endpoint = "histories-labels";
    private const int MostRows = 4;
    private const int LabelsAMessage = 1000;
    private const double Tolerance = 1e-6;
    private static readonly int[] Versions = [1, 2];

    private readonly Queue<string>[] _open = [new(), new()];
    private readonly List<Label> _acknowledged = [];
    private readonly List<Label> _unknown = [];
    private readonly Dictionary<int, MonitorReport> _before = [];
    private readonly Dictionary<int, MonitorReport> _after = [];
    private LabelReply _repeats = new();
    private Questions _questions = new();

    public string Name => "labels";

    public int Clients => _open.Length;

    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        _questions = await preparation.QuestionsAsync();
        await preparation.Client.Serving.DeployAsync(
            new DeployEndpoint
            {
                Name = Endpoint,
                Model = Preparation.Model,
                Variants = [.. Versions.Select(version => new VariantSpec { Name = $"v{version}", Version = version })],
                LogPolicy = LogPolicy.Durable,
                OperationId = "prepare",
            },
            cancellationToken);
    }

    public Call Next(Random random, int client)
    {
        var (draw, most) = (random.Next(2), random.Next(1, MostRows * 2));
        int[] rows = [.. Enumerable.Range(0, random.Next(1, MostRows + 1)).Select(_ => random.Next(Questions.Rows))];
        var open = _open[client];
        if (draw == 0 || open.Count == 0)
        {
            return new("predict", new AskedRows(rows), async (platform, cancel) => await platform.Serving.PredictAsync(_questions.Ask(Endpoint, rows), cancel));
        }

        var now = TimeProvider.System.GetUtcNow();
        Label[] labels = [.. Enumerable.Range(0, Math.Min(most, open.Count)).Select(_ => new Label(open.Dequeue(), random.Next(2), now))];
        return new("label", new Labels(labels), async (platform, cancel) => await platform.Monitoring.LabelAsync(Batch(labels), cancel));
    }

    public void Completed(Operation operation, int client)
    {
        if (operation is { Kind: "predict", Output: PredictReply reply })
        {
            foreach (var id in reply.PredictionIds)
            {
                _open[client].Enqueue(id);
            }
        }
        else if (operation is { Kind: "label", Type: not OperationType.Fail })
        {
            lock (_acknowledged)
            {
                (operation.Type == OperationType.Ok ? _acknowledged : _unknown).AddRange(((Labels)operation.Input).All);
            }
        }
    }

    /// <summary>Labels may be sent again: after that all are there, whether the first time had an answer or not.</summary>
    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        await ReadReportsAsync(client, _before, cancellationToken);
        await SendAsync(client, _unknown, cancellationToken);
        _repeats = await SendAsync(client, _acknowledged, cancellationToken);
        await ReadReportsAsync(client, _after, cancellationToken);
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history)
    {
        var predictions = history.Where(operation => operation is { Kind: "predict", Type: OperationType.Ok }).Select(operation => (Operation: operation, Reply: (PredictReply)operation.Output!)).ToArray();
        var logged = predictions.SelectMany(entry => entry.Reply.PredictionIds.Select((id, i) => new Logged(id, entry.Reply.ModelVersions[i], entry.Reply.Probabilities[i]))).ToArray();
        foreach (var twice in logged.GroupBy(prediction => prediction.Id).Where(group => group.Skip(1).Any()))
        {
            yield return new(ViolationKind.Wrong, Name, $"two predictions have the id {twice.Key}");
        }

        foreach (var violation in predictions.SelectMany(entry => _questions.Check(entry.Operation, ((AskedRows)entry.Operation.Input).Numbers, entry.Reply)).Concat(CheckReplies(history)))
        {
            yield return violation;
        }

        var byId = logged.DistinctBy(prediction => prediction.Id).ToDictionary(prediction => prediction.Id);
        var uncertain = history.Where(operation => operation is { Kind: "predict", Type: OperationType.Info }).Sum(operation => ((AskedRows)operation.Input).Numbers.Length);
        foreach (var version in Versions)
        {
            foreach (var violation in CheckVersion(version, byId, uncertain))
            {
                yield return violation;
            }
        }

        if (_after.Values.Sum(report => report.Predictions) > logged.Length + uncertain)
        {
            yield return new(ViolationKind.Doubled, Name, $"{_after.Values.Sum(report => report.Predictions)} predictions are logged; {logged.Length} were acknowledged and {uncertain} have an unknown outcome");
        }
    }

    private IEnumerable<Violation> CheckReplies(IReadOnlyList<Operation> history)
    {
        foreach (var operation in history.Where(operation => operation is { Kind: "label", Type: OperationType.Ok }))
        {
            // A call that the platform repeats within itself may find that it was done the first time.
            var reply = (LabelReply)operation.Output!;
            if (reply.Accepted + reply.Repeated != ((Labels)operation.Input).All.Length)
            {
                yield return new(reply.Unknown > 0 ? ViolationKind.Lost : ViolationKind.Wrong, Name, $"labels of acknowledged predictions are not all accepted: {operation}");
            }
        }

        if (_repeats.Repeated != _acknowledged.Count)
        {
            yield return new(ViolationKind.Lost, Name, $"{_acknowledged.Count} acknowledged labels were sent again: {_repeats}") { Count = _acknowledged.Count - _repeats.Repeated };
        }
    }

    private IEnumerable<Violation> CheckVersion(int version, Dictionary<string, Logged> predictions, int uncertain)
    {
        var (before, after) = (_before[version], _after[version]);
        var asked = predictions.Values.Count(prediction => prediction.Version == version);
        Label[] acknowledged = [.. _acknowledged.Where(label => predictions[label.Id].Version == version)];
        Label[] all = [.. acknowledged, .. _unknown.Where(label => predictions[label.Id].Version == version)];
        if (after.Predictions < asked)
        {
            yield return new(ViolationKind.Lost, Name, $"version {version} has {after.Predictions} predictions logged; {asked} were acknowledged") { Count = asked - after.Predictions };
        }
        else if (after.Predictions > asked + uncertain)
        {
            yield return new(ViolationKind.Doubled, Name, $"version {version} has {after.Predictions} predictions logged; {asked} were acknowledged, {uncertain} have an unknown outcome");
        }

        if (before.Labelled < acknowledged.Length || after.Labelled < all.Length)
        {
            yield return new(ViolationKind.Lost, Name, $"version {version} has {before.Labelled} labels joined and {after.Labelled} after the unknown ones were sent again; {acknowledged.Length} and {all.Length} were acknowledged")
            {
                Count = Math.Max(acknowledged.Length - before.Labelled, all.Length - after.Labelled),
            };
        }
        else if (before.Labelled > all.Length || after.Labelled > all.Length)
        {
            yield return new(ViolationKind.Doubled, Name, $"version {version} has {before.Labelled} and then {after.Labelled} labels joined of {all.Length} sent") { Count = after.Labelled - all.Length };
        }

        if (after.CorrectedLabels != 0 || after.UnknownLabels != 0)
        {
            yield return new(ViolationKind.Wrong, Name, $"version {version} has {after.CorrectedLabels} corrected and {after.UnknownLabels} unknown labels; none were sent");
        }

        var loss = all.Length == 0 ? (double?)null : all.Average(label => -Math.Log(label.Value == 1 ? predictions[label.Id].Probability : 1 - predictions[label.Id].Probability));
        if (loss is null != after.LogLoss is null || Math.Abs((loss - after.LogLoss) ?? 0) > Tolerance)
        {
            yield return new(ViolationKind.Wrong, Name, $"version {version} has the log loss {after.LogLoss}; the labels sent have {loss}");
        }
    }

    private static async Task ReadReportsAsync(IMlopsClient client, Dictionary<int, MonitorReport> reports, CancellationToken cancellationToken)
    {
        await client.Monitoring.FlushAsync(Endpoint, cancellationToken: cancellationToken);
        foreach (var version in Versions)
        {
            reports[version] = await client.Monitoring.GetReportAsync(Endpoint, version, cancellationToken: cancellationToken);
        }
    }

    private static async Task<LabelReply> SendAsync(IMlopsClient client, List<Label> labels, CancellationToken cancellationToken)
    {
        var sum = new LabelReply();
        foreach (var chunk in labels.OrderBy(label => label.At).Chunk(LabelsAMessage))
        {
            var reply = await client.Monitoring.LabelAsync(Batch(chunk), cancellationToken);
            sum = new()
            {
                Accepted = sum.Accepted + reply.Accepted,
                Repeated = sum.Repeated + reply.Repeated,
                Corrected = sum.Corrected + reply.Corrected,
                Unknown = sum.Unknown + reply.Unknown,
            };
        }

        return sum;
    }

    private static LabelBatch Batch(Label[] labels) => new()
    {
        Endpoint = Endpoint,
        PredictionIds = Array.ConvertAll(labels, label => label.Id),
        Values = Array.ConvertAll(labels, label => label.Value),
        ObservedAt = Array.ConvertAll(labels, label => label.At),
    };

    private sealed record Label(string Id, double Value, DateTimeOffset At);

    private sealed record Logged(string Id, int Version, double Probability);

    private sealed record Labels(Label[] All)
    {
        public override string ToString() => string.Join(", ", All.Select(label => $"{label.Id} = {label.Value}"));
    }
}
