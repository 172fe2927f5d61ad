using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Rows of one layout that wait for their seal. Guarded by its recorder's lock.</summary>
internal sealed class OpenBatch(long sequence, FeatureLayout layout)
{
    private readonly List<RecordedRows> _requests = [];

    public long Sequence { get; } = sequence;

    public FeatureLayout Layout { get; } = layout;

    public int Rows { get; private set; }

    public long LogBytes { get; private set; }

    public TaskCompletionSource Sealed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Adds a request and gives the position of its first row.</summary>
    public int Add(RecordedRows request)
    {
        var first = Rows;
        _requests.Add(request);
        Rows += request.Bound.Rows;
        LogBytes += request.Bound.LogBytes;
        return first;
    }

    public SealedBatch Close(uint recorder)
    {
        var operations = new List<PredictionOperation>();
        var row = 0;
        foreach (var request in _requests)
        {
            if (request.Bound.Operation != Guid.Empty)
            {
                operations.Add(new PredictionOperation(request.Bound.Operation, row, request.Bound.Rows));
            }

            row += request.Bound.Rows;
        }

        return new SealedBatch
        {
            Recorder = recorder,
            Sequence = Sequence,
            Rows = Rows,
            EventTimes = Join(request => request.Bound.EventTimes),
            Versions = Join(request => request.Versions),
            Probabilities = Join(request => request.Probabilities),
            Latencies = Join(request => request.Latencies),
            NumericNames = Layout.Numeric,
            Numeric = [.. Layout.Numeric.Select((_, i) => Join(request => request.Bound.Numeric[i]))],
            CategoricalNames = Layout.Categorical,
            Categorical = [.. Layout.Categorical.Select((_, i) => Join(request => request.Bound.Categorical[i]))],
            WindowKeys = Layout.KeyColumn is null ? null : Join(request => request.Bound.WindowKeys!),
            Operations = [.. operations],
        };
    }

    private T[] Join<T>(Func<RecordedRows, T[]> column)
    {
        if (_requests.Count == 1)
        {
            return column(_requests[0]);
        }

        var joined = new T[Rows];
        var row = 0;
        foreach (var request in _requests)
        {
            column(request).CopyTo(joined, row);
            row += request.Bound.Rows;
        }

        return joined;
    }
}
