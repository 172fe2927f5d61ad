using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Statistics.Quality;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class MonitorStateTests
{
    private const int Days = 12;

    private static readonly MonitoringReference Reference = MonitoringReference.FromBytes(MonitorSamples.ReferenceBytes());
    private static readonly MonitorOptions Options = new() { Endpoint = "e", MaximumAge = TimeSpan.FromDays(5) };

    [Fact]
    public void Fold_WorldTurnsRound_QualityAndCalibrationAreFound()
    {
        var quiet = Run(days: 6, wrongFrom: int.MaxValue, shiftedFrom: int.MaxValue, checkpoints: false);
        var turned = Run(days: Days, wrongFrom: 6, shiftedFrom: int.MaxValue, checkpoints: false);

        Assert.DoesNotContain(quiet.Findings, finding => finding.Kind is AlertKind.QualityDrift or AlertKind.PredictionDrift or AlertKind.FeatureDrift);
        Assert.Contains(turned.Findings, finding => finding.Kind == AlertKind.QualityDrift);
        Assert.Equal(2, turned.Findings.Count(finding => finding.Kind == AlertKind.ModelAge));
        Assert.All(turned.Findings, finding => Assert.True(finding.Statistic >= finding.Threshold, $"{finding}"));
    }

    [Fact]
    public void Fold_InputsShift_FeatureAndPredictionDriftAreFound()
    {
        var shifted = Run(days: Days, wrongFrom: int.MaxValue, shiftedFrom: 3, checkpoints: false).Findings;

        Assert.Contains(shifted, finding => finding is { Kind: AlertKind.FeatureDrift, Feature: "x" });
        Assert.Contains(shifted, finding => finding.Kind == AlertKind.PredictionDrift);
    }

    [Fact]
    public void Fold_ReferenceWithoutLoss_StillFindsShiftedInputs()
    {
        var inputsOnly = new MonitoringReference { Inputs = Reference.Inputs, Layout = Reference.Layout, Output = null, Loss = null, Calibration = null };

        var found = Run(days: Days, wrongFrom: 0, shiftedFrom: 3, checkpoints: false, inputsOnly).Findings;

        Assert.Contains(found, finding => finding is { Kind: AlertKind.FeatureDrift, Feature: "x" });
        Assert.DoesNotContain(found, finding => finding.Kind == AlertKind.QualityDrift);
    }

    [Fact]
    public void FromBytes_AfterEveryFold_GoesOnAsIfNeverInterrupted()
    {
        var straight = Run(Days, wrongFrom: 6, shiftedFrom: 8, checkpoints: false);
        var interrupted = Run(Days, wrongFrom: 6, shiftedFrom: 8, checkpoints: true);

        Assert.Equal(straight.Findings, interrupted.Findings);
        Assert.Equal(straight.State.ToBytes(), interrupted.State.ToBytes());
        Assert.Equal(Json(straight.State), Json(interrupted.State));
    }

    /// <summary>Several silos feed a monitor, and one that catches up reads predictions before labels.</summary>
    [Fact]
    public void FoldLabels_PredictionsFoldedADayAhead_FindsTheSame()
    {
        var straight = Run(Days, wrongFrom: 6, shiftedFrom: 8, checkpoints: false);
        var ahead = Run(Days, wrongFrom: 6, shiftedFrom: 8, checkpoints: false, hoursAhead: 24);

        Assert.Contains(straight.Findings, finding => finding.Kind == AlertKind.FeatureDrift);
        Assert.Equal(straight.Findings, ahead.Findings);
    }

    [Fact]
    public void FoldLabels_CorrectedLabel_TakesThePlaceOfTheFormer()
    {
        var batch = MonitorSamples.Hour(0);
        var answers = MonitorSamples.Answers(batch, wrong: false);
        var state = new MonitorState(Reference, Options);
        state.FoldPredictions(MonitorSamples.Panes(batch, Reference));
        state.FoldLabels(answers, Options);

        state.FoldLabels([answers[0] with { Kind = LabelKind.Correction, Value = (byte)(1 - answers[0].Value) }, answers[1] with { Kind = LabelKind.Repeated }], Options);

        var report = state.Report("e", 4, 0);
        var corrected = answers.Select((row, i) => i == 0 ? row with { Value = (byte)(1 - row.Value) } : row).ToArray();
        Assert.Equal((20, 20, 1, 1), (report.Predictions, report.Labelled, report.RepeatedLabels, report.CorrectedLabels));
        Assert.Equal(corrected.Average(row => LogLoss.Of(row.Probability, row.Value == 1)), report.LogLoss!.Value, 1e-9);
        Assert.Equal(corrected.Average(row => (row.Probability >= 0.5f) == (row.Value == 1) ? 1.0 : 0.0), report.Accuracy!.Value, 1e-9);
    }

    [Fact]
    public void Report_OldAnswersLeftTheWindow_WindowHasOnlyTheNewOnes()
    {
        var (state, _) = Run(Days, wrongFrom: Days - 7, shiftedFrom: int.MaxValue, checkpoints: true);
        var old = MonitorSamples.Hour(0);
        state.FoldLabels([MonitorSamples.Answers(old, wrong: false)[0] with { Kind = LabelKind.Correction }], Options);
        var answers = Enumerable.Range((Days - 7) * 24, 7 * 24).SelectMany(hour => MonitorSamples.Answers(MonitorSamples.Hour(hour), wrong: true)).ToArray();

        var window = state.Report("e", MonitorSamples.Version, 0).WindowQuality;

        Assert.Equal((MonitorSamples.Begin.AddDays(Days - 7), answers.Length), (window.From, window.Labelled));
        Assert.Equal(answers.Average(row => LogLoss.Of(row.Probability, row.Value == 1)), window.LogLoss!.Value, 1e-9);
        Assert.Equal(answers.Average(row => (row.Probability >= 0.5f) == (row.Value == 1) ? 1.0 : 0.0), window.Accuracy!.Value, 1e-9);
        Assert.Equal(answers.Average(row => row.Probability - (double)row.Value), window.Calibration!.Value, 1e-6);
        Assert.True(window.Auc < 0.5 && window.LogLoss > state.Report("e", MonitorSamples.Version, 0).LogLoss);
    }

    [Fact]
    public void FromBytes_CutOrOfAnotherFormat_IsDataLoss()
    {
        var bytes = Run(2, wrongFrom: 1, shiftedFrom: 1, checkpoints: false).State.ToBytes();
        for (var length = 0; length < bytes.Length; length += 7)
        {
            Assert.Throws<DataLossException>(() => MonitorState.FromBytes(bytes[..length], Reference));
        }

        Assert.True(MonitorState.IsCurrent(bytes));
        bytes[0] = 99;
        Assert.False(MonitorState.IsCurrent(bytes));
        Assert.Contains("99", Assert.Throws<DataLossException>(() => MonitorState.FromBytes(bytes, Reference)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reference_OfItsBytes_IsTheSame()
    {
        Assert.Equal(MonitorSamples.ReferenceBytes(), Reference.ToBytes());
        Assert.Equal(["x", "c"], Reference.Layout.Inputs.Select(input => input.Key));
        Assert.Throws<DataLossException>(() => MonitoringReference.FromBytes(MonitorSamples.ReferenceBytes()[..50]));
    }

    private static (MonitorState State, List<Finding> Findings) Run(
        int days, int wrongFrom, int shiftedFrom, bool checkpoints, MonitoringReference? given = null, int hoursAhead = 0)
    {
        var reference = given ?? Reference;
        var (state, findings) = (new MonitorState(reference, Options), new List<Finding>());
        for (var hour = 0; hour < hoursAhead; hour++)
        {
            state.FoldPredictions(MonitorSamples.Panes(Hour(hour), reference));
        }

        for (var hour = 0; hour < days * 24; hour++)
        {
            var batch = Hour(hour);
            state.FoldPredictions(MonitorSamples.Panes(Hour(hour + hoursAhead), reference));
            findings.AddRange(state.FoldLabels(MonitorSamples.Answers(batch, wrong: hour / 24 >= wrongFrom), Options));
            if (checkpoints)
            {
                state = MonitorState.FromBytes(state.ToBytes(), reference);
            }
        }

        return (state, findings);

        SealedBatch Hour(int hour) => MonitorSamples.Hour(hour, shifted: hour / 24 >= shiftedFrom);
    }

    private static string Json(MonitorState state) => CatalogJson.Write(state.Report("e", MonitorSamples.Version, 0));
}
