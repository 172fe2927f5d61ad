using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Statistics.Windows;

/// <summary>
/// What monitoring keeps of the predictions of one stretch of time: how many, how long they took, how the outputs and each input were
/// distributed. Merges exactly (the latency sum up to rounding). Adding allocates nothing once the latency range is known. Not thread-safe.
/// </summary>
public sealed class ServingPane : IPane<ServingPane>
{
    private Distribution[] _inputs;

    /// <summary>An empty pane.</summary>
    public ServingPane(ServingPaneLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        _inputs = [.. layout.Inputs.Select(input => new Distribution(input.Value))];
        Output = new Distribution(ServingPaneLayout.OutputBins);
        Latency = new QuantileSketch();
    }

    /// <summary>The inputs and their bins.</summary>
    public ServingPaneLayout Layout { get; }

    /// <summary>Predictions.</summary>
    public long Count { get; private set; }

    /// <summary>Latencies in milliseconds.</summary>
    public QuantileSketch Latency { get; private set; }

    /// <summary>Predicted probabilities in twenty equally wide bins; NaN counts as missing.</summary>
    public Distribution Output { get; private set; }

    /// <summary>One counter for each input, in the order of the layout: the caller adds each row's values.</summary>
    public IReadOnlyList<Distribution> Inputs => _inputs;

    /// <summary>Adds one prediction; its inputs go to <see cref="Inputs"/>.</summary>
    /// <param name="probability">The predicted probability.</param>
    /// <param name="latencyMilliseconds">How long it took.</param>
    public void Add(double probability, double latencyMilliseconds)
    {
        Count++;
        Output.Add(probability);
        Latency.Add(latencyMilliseconds);
    }

    /// <inheritdoc/>
    public void MergeFrom(ServingPane other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Layout.Fingerprint != Layout.Fingerprint)
            throw new ArgumentException("The panes have different layouts; only panes of one model version can be merged.", nameof(other));
        Count += other.Count;
        Output.MergeFrom(other.Output);
        Latency.MergeFrom(other.Latency);
        for (var i = 0; i < _inputs.Length; i++)
            _inputs[i].MergeFrom(other._inputs[i]);
    }

    /// <inheritdoc/>
    public void Clear()
    {
        Count = 0;
        Output.Clear();
        Latency.Clear();
        foreach (var input in _inputs)
            input.Clear();
    }

    /// <summary>Writes the counts; the layout is written apart, once.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.ServingPane);
        writer.Write(Layout.Fingerprint);
        StateFormat.WriteCount(writer, Count);
        Latency.Write(writer);
        Output.WriteCounts(writer);
        foreach (var input in _inputs)
            input.WriteCounts(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">Where the state stands.</param>
    /// <param name="layout">The layout with which it was written.</param>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, another layout, or an impossible value.</exception>
    public static ServingPane Read(BinaryReader reader, ServingPaneLayout layout)
    {
        StateFormat.ReadHeader(reader, StateKind.ServingPane);
        var pane = new ServingPane(layout);
        var fingerprint = reader.ReadUInt64();
        StateFormat.Require(fingerprint == layout.Fingerprint, "Layout of a serving pane", fingerprint, $"{layout.Fingerprint}, the layout it is read with");
        pane.Count = StateFormat.ReadCount(reader, "Predictions");
        pane.Latency = QuantileSketch.Read(reader);
        pane.Output = Distribution.ReadCounts(reader, ServingPaneLayout.OutputBins);
        pane._inputs = [.. layout.Inputs.Select(input => Distribution.ReadCounts(reader, input.Value))];
        return pane;
    }
}
