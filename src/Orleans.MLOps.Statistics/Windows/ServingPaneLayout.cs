using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Statistics.Windows;

/// <summary>
/// What all serving panes of one model version share: the names of its inputs and the fixed bins (those of the training profile) in which each
/// is counted, and the twenty bins of the output. Written once beside the panes, which hold counts only. Immutable.
/// </summary>
public sealed class ServingPaneLayout
{
    /// <summary>Equally wide bins of the predicted probability: 20.</summary>
    public const int OutputBinCount = 20;

    private const int MaximumInputs = 10_000;
    private const int MaximumNameLength = 1024;

    /// <summary>A layout of the given inputs, in order.</summary>
    /// <exception cref="ArgumentException">A name occurs twice, a name is longer than 1024 characters, or there are over 10,000 inputs.</exception>
    public ServingPaneLayout(IEnumerable<KeyValuePair<string, DistributionBins>> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Inputs = [.. inputs];
        if (Inputs.Count > MaximumInputs)
            throw new ArgumentException($"{Inputs.Count} inputs were given; allowed: {MaximumInputs}.", nameof(inputs));
        var fingerprint = (ulong)Inputs.Count;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, bins) in Inputs)
        {
            if (name.Length > MaximumNameLength)
                throw new ArgumentException($"Input '{name[..20]}...' has a name of {name.Length} characters; allowed: {MaximumNameLength}.", nameof(inputs));
            if (!names.Add(name))
                throw new ArgumentException($"Input '{name}' is named twice; each may be named once.", nameof(inputs));
            fingerprint = StableHash.Mix(StableHash.Mix(fingerprint + StableHash.Of(name)) + bins.Fingerprint);
        }
        Fingerprint = fingerprint;
    }

    /// <summary>The bins of the output: (-inf, 0.05], (0.05, 0.1], ..., (0.95, +inf).</summary>
    public static DistributionBins OutputBins { get; } =
        DistributionBins.ForNumbers(Enumerable.Range(1, OutputBinCount - 1).Select(i => (double)i / OutputBinCount));

    /// <summary>Names and bins of the inputs, in the order of the panes' counters.</summary>
    public IReadOnlyList<KeyValuePair<string, DistributionBins>> Inputs { get; }

    /// <summary>A number that is the same for the same layout on every machine.</summary>
    public ulong Fingerprint { get; }

    /// <summary>Writes the layout.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.ServingPaneLayout);
        StateFormat.WriteCount(writer, Inputs.Count);
        foreach (var (name, bins) in Inputs)
        {
            StateFormat.WriteText(writer, name);
            bins.Write(writer);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static ServingPaneLayout Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.ServingPaneLayout);
        var inputs = new List<KeyValuePair<string, DistributionBins>>();
        for (var left = StateFormat.ReadInt(reader, "Inputs", 0, MaximumInputs); left > 0; left--)
            inputs.Add(new(StateFormat.ReadText(reader, "Input name", MaximumNameLength), DistributionBins.Read(reader)));
        try
        {
            return new ServingPaneLayout(inputs);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"The stored layout is impossible: {e.Message}", e);
        }
    }
}
