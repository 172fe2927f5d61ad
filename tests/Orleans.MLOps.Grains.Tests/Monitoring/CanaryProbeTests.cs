using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Statistics.Windows;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class CanaryProbeTests
{
    private static readonly MonitoringReference Reference = MonitoringReference.FromBytes(MonitorSamples.ReferenceBytes());
    private static readonly MonitorOptions Options = new() { Endpoint = "e" };
    private static readonly DateTimeOffset Began = MonitorSamples.Begin.AddHours(10).AddMinutes(5);

    [Fact]
    public void Fold_WhatWasBeforeTheCanary_IsLeftOut()
    {
        var probe = new CanaryProbe([Began], new ServingPane(Reference.Layout));

        Fold(probe, 9, 10, 11);
        var evidence = probe.Evidence(MonitorSamples.Version, Reference, Options);

        Assert.Equal(2 * MonitorSamples.RowsAnHour, evidence.Rows);
        Assert.Equal((2 * MonitorSamples.RowsAnHour) - 5, Assert.Single(evidence.Steps).Labelled);
        Assert.Equal((500, 0), (evidence.NeededRows, evidence.Drift.Length));
    }

    [Fact]
    public void Evidence_EnoughRows_MeasuresDriftAndWithoutAReferenceAsksForNone()
    {
        var probe = new CanaryProbe([Began], new ServingPane(Reference.Layout));
        for (var hour = 10; hour < 40; hour++)
        {
            probe.FoldPredictions(MonitorSamples.Panes(MonitorSamples.Hour(hour, shifted: true), Reference));
        }

        var drift = probe.Evidence(MonitorSamples.Version, Reference, Options).Drift;

        Assert.Equal(["x", "c", "prediction"], drift.Select(one => one.Name));
        Assert.All(drift, one => Assert.True(one.Psi > Options.PsiThreshold));
        Assert.Equal(0, new CanaryProbe([Began], new ServingPane(MonitoringReference.None.Layout)).Evidence(1, MonitoringReference.None, Options).NeededRows);
    }

    [Fact]
    public void FromBytes_GoesOnAsIfNeverInterrupted()
    {
        var whole = new CanaryProbe([Began], new ServingPane(Reference.Layout));
        Fold(whole, 10, 11);
        var restored = CanaryProbe.FromBytes(whole.ToBytes(), Reference.Layout);
        DateTimeOffset[] steps = [Began, MonitorSamples.Begin.AddHours(12)];

        Assert.True(whole.IsOf(steps) && restored.IsOf(steps) && !restored.IsOf([steps[1]]) && !restored.IsOf([]));
        Assert.True(whole.Follow(steps) && restored.Follow(steps) && !restored.Follow(steps));
        Fold(whole, 12);
        Fold(restored, 12);

        Assert.Equal(whole.ToBytes(), restored.ToBytes());
        Assert.Equal([(2 * MonitorSamples.RowsAnHour) - 5, MonitorSamples.RowsAnHour], restored.Evidence(4, Reference, Options).Steps.Select(step => step.Labelled));
    }

    [Fact]
    public void FoldLabels_RepeatsAndCorrections_CountOnce()
    {
        var probe = new CanaryProbe([Began], new ServingPane(Reference.Layout));
        var first = MonitorSamples.Answers(MonitorSamples.Hour(11), wrong: false);
        LabelRow[] corrected = [.. first.Select(row => row with { Kind = LabelKind.Correction, Value = (byte)(1 - row.Value) })];

        probe.FoldLabels(first);
        probe.FoldLabels(first.Select(row => row with { Kind = LabelKind.Repeated }));
        var before = Assert.Single(probe.Evidence(4, Reference, Options).Steps);
        probe.FoldLabels(corrected);
        var after = Assert.Single(probe.Evidence(4, Reference, Options).Steps);

        Assert.Equal((first.LongLength, first.LongLength), (before.Labelled, after.Labelled));
        Assert.Equal(first.Length, before.Correct + after.Correct);
    }

    private static void Fold(CanaryProbe probe, params int[] hours)
    {
        foreach (var hour in hours)
        {
            SealedBatch batch = MonitorSamples.Hour(hour);
            probe.FoldPredictions(MonitorSamples.Panes(batch, Reference));
            probe.FoldLabels(MonitorSamples.Answers(batch, wrong: false));
        }
    }
}
