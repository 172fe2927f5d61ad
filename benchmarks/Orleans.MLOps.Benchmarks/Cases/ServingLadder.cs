using Google.Protobuf.WellKnownTypes;
using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Node;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Benchmarks.Cases;

/// <summary>One prediction of one instance, from the bare model up to gRPC. Every caller has an instance of its own.</summary>
internal sealed class ServingLadder : IDisposable
{
    // About what the recorder seals for one instance of 16 columns.
    private const int SealedBytes = 350;
    private const int Instances = 64;

    private readonly BenchmarkNode _node;
    private readonly BareDoor _door;
    private readonly SyntheticRows _rows;
    private readonly PredictRequest[] _sampled;
    private readonly PredictRequest[] _durable;
    private readonly OnnxScorer _scorer;
    private readonly EncodedRows[] _encoded;
    private long _sampledCount;
    private long _durableCount;

    private ServingLadder(BenchmarkNode node, BareDoor door, SyntheticRows rows, OnnxScorer scorer, TabularEncoder encoder)
    {
        (_node, _door, _rows, _scorer) = (node, door, rows, scorer);
        _sampled = Requests(BenchmarkModel.Sampled);
        _durable = Requests(BenchmarkModel.Durable);
        _encoded =
        [
            .. Enumerable.Range(0, Instances).Select(row => encoder.EncodeColumns(
                Array.ConvertAll(rows.Numbers, column => column[row..(row + 1)]), Array.ConvertAll(rows.Texts, column => column[row..(row + 1)]))),
        ];
    }

    public static async Task<ServingLadder> OpenAsync(BenchmarkNode node, BareDoor door, SyntheticRows rows)
    {
        var endpoint = await node.Cohosted.Serving.GetAsync(BenchmarkModel.Sampled);
        var version = await node.Cohosted.Models.GetVersionAsync(endpoint.Model, endpoint.Variants[0].Version);
        using var onnx = new MemoryStream();
        await node.Cohosted.Datasets.DownloadAsync(version.Onnx!.Digest, onnx);
        return new ServingLadder(node, door, rows, new OnnxScorer(onnx.ToArray()), new TabularEncoder(TabularNetworkSpec.Parse(version.NetworkJson!)));
    }

    public async Task<List<Measurement>> RunAsync(LoadGenerator load, IEnumerable<int> callers)
    {
        var measured = new List<Measurement>();
        foreach (var count in callers)
        {
            measured.Add(load.Run(Rung.Scorer, count, Score));
            foreach (var (name, call) in Calls())
            {
                measured.Add(await load.RunAsync(name, count, call));
            }
        }

        return measured;
    }

    /// <summary>Compares what was predicted with what the monitors counted; no load may run meanwhile.</summary>
    public async Task<List<Monitored>> CheckAsync() =>
    [
        await CheckAsync(BenchmarkModel.Sampled, _sampledCount),
        await CheckAsync(BenchmarkModel.Durable, _durableCount),
    ];

    public void Dispose() => _scorer.Dispose();

    private static Task<PredictReply> Counted(ref long count, Task<PredictReply> call)
    {
        Interlocked.Increment(ref count);
        return call;
    }

    private async Task<Monitored> CheckAsync(string endpoint, long predicted)
    {
        await _node.Cohosted.Monitoring.FlushAsync(endpoint);
        var version = (await _node.Cohosted.Serving.GetAsync(endpoint)).Variants[0].Version;
        var report = await _node.Cohosted.Monitoring.GetReportAsync(endpoint, version);
        return new Monitored(endpoint, predicted, report.Predictions);
    }

    private IEnumerable<(string Name, Func<int, Task> Call)> Calls()
    {
        var ping = _node.Grains.GetGrain<IPingGrain>("ping/one");
        var unmonitored = new UnmonitoredServing(_node.Cohosted.Serving, _node.Grains);
        var log = _node.Log;
        var frame = new byte[SealedBytes];
        var nothing = new Empty();
        yield return (Rung.Ping, _ => ping.Ping());
        yield return (Rung.Grain, caller => unmonitored.PredictAsync(_sampled[caller]));
        yield return (Rung.GrainSampled, caller => Counted(ref _sampledCount, _node.Cohosted.Serving.PredictAsync(_sampled[caller])));
        yield return (Rung.Append, _ => log.AppendAsync(frame, durable: true).AsTask());
        yield return (Rung.GrainDurable, caller => Counted(ref _durableCount, _node.Cohosted.Serving.PredictAsync(_durable[caller])));
        yield return (Rung.Empty, _ => _door.Empty.CallAsync(nothing).ResponseAsync);
        yield return (Rung.Door, caller => _door.Unmonitored.Serving.PredictAsync(_sampled[caller]));
        yield return (Rung.DoorSampled, caller => Counted(ref _sampledCount, _node.OverGrpc.Serving.PredictAsync(_sampled[caller])));
        yield return (Rung.DoorDurable, caller => Counted(ref _durableCount, _node.OverGrpc.Serving.PredictAsync(_durable[caller])));
    }

    private void Score(int caller)
    {
        var row = _encoded[caller];
        Span<long> categories = stackalloc long[row.Categories.Length];
        Span<float> probability = stackalloc float[1];
        for (var i = 0; i < categories.Length; i++)
        {
            categories[i] = row.Categories[i];
        }

        _scorer.Score(row.Numeric, categories, 1, probability);
    }

    private PredictRequest[] Requests(string endpoint) =>
        [.. Enumerable.Range(0, Instances).Select(row => new PredictRequest { Endpoint = endpoint, Columns = _rows.Instance(row) })];
}
