using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Statistics.Drift;
using Orleans.MLOps.Statistics.Quality;
using Orleans.MLOps.Statistics.Sketches;
using Orleans.MLOps.Statistics.Windows;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Makes the reference of a version from the rows it was trained on and the answers it gave on its holdout.</summary>
internal sealed class TrainingReferenceBuilder : ITrainingReference
{
    public byte[] Build(
        FrameData frame, int[] trainRows, int[] holdoutRows, float[] holdoutProbabilities, string[] numeric, string[] categorical)
    {
        var inputs = new List<KeyValuePair<string, Distribution>>();
        for (var column = 0; column < numeric.Length; column++)
        {
            var profile = new ColumnProfile(ColumnKind.Numeric);
            foreach (var row in trainRows)
            {
                profile.Add(frame.Numeric[column][row]);
            }

            inputs.Add(new(numeric[column], profile.ToDistribution()));
        }

        for (var column = 0; column < categorical.Length; column++)
        {
            var profile = new ColumnProfile(ColumnKind.Text);
            foreach (var row in trainRows)
            {
                profile.Add(frame.Categorical[column][row]);
            }

            inputs.Add(new(categorical[column], profile.ToDistribution()));
        }

        var (loss, calibration) = (new SeasonalLossReferenceBuilder(), new SeasonalLossReferenceBuilder());
        var output = holdoutRows.Length == 0 ? null : new Distribution(ServingPaneLayout.OutputBins);
        for (var i = 0; i < holdoutRows.Length; i++)
        {
            var (probability, answer) = (holdoutProbabilities[i], frame.Labels[holdoutRows[i]] > 0.5f);
            var time = TableValue.FromMicroseconds(frame.EventTimes[holdoutRows[i]]);
            output!.Add(probability);
            loss.Add(time, LogLoss.Of(probability, answer));
            calibration.Add(time, probability - (answer ? 1 : 0));
        }

        return new MonitoringReference
        {
            Inputs = [.. inputs.Select(input => input.Value)],
            Layout = new ServingPaneLayout(inputs.Select(input => KeyValuePair.Create(input.Key, input.Value.Bins))),
            Output = output,
            Loss = JudgesDays(loss),
            Calibration = JudgesDays(calibration),
        }.ToBytes();
    }

    private static SeasonalLossReference? JudgesDays(SeasonalLossReferenceBuilder builder) =>
        builder.RowCount > 0 && builder.Build() is { CanJudgeDays: true } reference ? reference : null;
}
