using System.Text;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Statistics.Drift;
using Orleans.MLOps.Statistics.Sketches;
using Orleans.MLOps.Statistics.Windows;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>
/// What a version has done since a canary began: the monitor's own windows count in hours and judge days, and a canary's steps are minutes.
/// It is kept with the monitor's checkpoint, so that it knows exactly what was folded.
/// </summary>
internal sealed class CanaryProbe
{
    private const double LargestShareByChance = 0.25;

    private readonly List<DateTimeOffset> _steps;
    private readonly List<(long Labelled, long Correct)> _outcomes;
    private ServingPane _served;

    /// <param name="steps">When the canary's steps began, the first with the canary.</param>
    /// <param name="served">What is known to have been served in it already.</param>
    public CanaryProbe(IEnumerable<DateTimeOffset> steps, ServingPane served)
        : this([.. steps], [], served) => AddOutcomes();

    private CanaryProbe(List<DateTimeOffset> steps, List<(long Labelled, long Correct)> outcomes, ServingPane served) =>
        (_steps, _outcomes, _served) = (steps, outcomes, served);

    /// <summary>Takes up steps that have begun meanwhile, whose predictions are counted anew; false when there are none. Those that are known must be the first of them.</summary>
    public bool Follow(IReadOnlyList<DateTimeOffset> steps)
    {
        var known = _steps.Count;
        _steps.AddRange(steps.Skip(known));
        AddOutcomes();
        if (_steps.Count == known)
        {
            return false;
        }

        // Shares differ from step to step, so sums over several would compare the canary's times with others of the version beside it.
        _served = new ServingPane(_served.Layout);
        return true;
    }

    /// <summary>Whether it is of the canary with these steps.</summary>
    public bool IsOf(IReadOnlyList<DateTimeOffset> steps) => steps.Count >= _steps.Count && _steps.SequenceEqual(steps.Take(_steps.Count));

    /// <summary>Takes predictions as they come; those that callers date before the canary's hour are not of it.</summary>
    public void FoldPredictions(IEnumerable<KeyValuePair<DateTimeOffset, ServingPane>> panes)
    {
        var first = HourOf(_steps[0]);
        foreach (var (_, pane) in panes.Where(pane => pane.Key >= first))
        {
            _served.MergeFrom(pane);
        }
    }

    /// <summary>Takes labels of the version; each counts for the step in which its prediction was asked.</summary>
    public void FoldLabels(IEnumerable<LabelRow> rows)
    {
        foreach (var row in rows)
        {
            var asked = TableValue.FromMicroseconds(row.EventTime);
            var step = _steps.FindLastIndex(begun => begun <= asked);
            if (step < 0)
            {
                continue;
            }

            var (labelled, correct) = _outcomes[step];
            var isRight = row.Probability >= 0.5 == (row.Value == 1);
            _outcomes[step] = row.Kind switch
            {
                LabelKind.First => (labelled + 1, correct + (isRight ? 1 : 0)),

                // The label that it corrects was the other one; it may have come before this probe began to look.
                LabelKind.Correction => (labelled, Math.Clamp(correct + (isRight ? 1 : -1), 0, labelled)),
                _ => (labelled, correct),
            };
        }
    }

    public CanaryEvidence Evidence(int version, MonitoringReference reference, MonitorOptions options)
    {
        var pairs = Pairs(reference).ToArray();
        return new CanaryEvidence
        {
            Rows = _served.Count,
            NeededRows = pairs.Any(pair => pair.Reference.Count >= RowsFor(pair.Reference, options)) ? options.MinimumRows : 0,
            PsiThreshold = options.PsiThreshold,
            Drift = [.. pairs.Select(pair => Measure(pair.Name, pair.Reference, pair.Served, options)).Where(drift => drift.Psi is not null)],
            Steps = [.. _outcomes.Select(step => new VersionOutcome { Version = version, Labelled = step.Labelled, Correct = step.Correct })],
        };
    }

    /// <summary>The begin of the pane that a moment lies in.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % BatchSummarizer.PaneLength.Ticks), TimeSpan.Zero);

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(_steps.Count);
        for (var step = 0; step < _steps.Count; step++)
        {
            writer.Write(_steps[step].UtcTicks);
            writer.Write(_outcomes[step].Labelled);
            writer.Write(_outcomes[step].Correct);
        }

        _served.Write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    public static CanaryProbe FromBytes(byte[] bytes, ServingPaneLayout layout)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        var steps = new List<DateTimeOffset>();
        var outcomes = new List<(long Labelled, long Correct)>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            steps.Add(new(reader.ReadInt64(), TimeSpan.Zero));
            outcomes.Add((reader.ReadInt64(), reader.ReadInt64()));
        }

        return new CanaryProbe(steps, outcomes, ServingPane.Read(reader, layout));
    }

    private void AddOutcomes()
    {
        while (_outcomes.Count < _steps.Count)
        {
            _outcomes.Add((0, 0));
        }
    }

    private IEnumerable<(string Name, Distribution Reference, Distribution Served)> Pairs(MonitoringReference reference)
    {
        for (var i = 0; i < reference.Inputs.Count; i++)
        {
            yield return (reference.Layout.Inputs[i].Key, reference.Inputs[i], _served.Inputs[i]);
        }

        if (reference.Output is { } output)
        {
            yield return (MonitorDefaults.Output, output, _served.Output);
        }
    }

    private static FeatureDriftInfo Measure(string name, Distribution reference, Distribution served, MonitorOptions options)
    {
        var psi = PopulationStability.Measure(reference, served, RowsFor(reference, options)).Value;
        return new FeatureDriftInfo { Name = name, Psi = double.IsFinite(psi) ? psi : null };
    }

    /// <summary>
    /// The monitor's minimum, and more where there are many bins: chance alone gives an index of (B - 1)(1/n + 1/m), whose part of the served rows may be
    /// a quarter of the threshold. A day's rows, which an alert looks at, are beyond that anyway; the first minutes of a canary are not.
    /// </summary>
    private static int RowsFor(Distribution reference, MonitorOptions options) => (int)Math.Min(
        int.MaxValue, Math.Max(options.MinimumRows, Math.Ceiling((reference.Counts.Length - 1) / (LargestShareByChance * options.PsiThreshold))));
}
