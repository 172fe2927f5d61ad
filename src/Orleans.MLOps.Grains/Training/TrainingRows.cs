using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// Which rows of a frame a job learns from and which it is judged on. A row is learned from only when its label was known before the
/// training's end, so nothing of the future leaks; a row without a label is neither.
/// </summary>
internal sealed record TrainingRows(int[] Train, int[] Holdout)
{
    public static TrainingRows Select(FrameData frame, TrainingJobSpec spec)
    {
        var from = Microseconds(spec.TrainFrom) ?? long.MinValue;
        var to = Microseconds(spec.TrainTo) ?? long.MaxValue;
        var end = Microseconds(spec.HoldoutTo) ?? long.MinValue;
        var (train, holdout) = (new List<int>(), new List<int>());
        for (var row = 0; row < frame.Rows; row++)
        {
            if (float.IsNaN(frame.Labels[row]))
            {
                continue;
            }

            var time = frame.EventTimes[row];
            if (time >= from && time < to && frame.AvailableAt[row] < to)
            {
                train.Add(row);
            }
            else if (time >= to && time < end)
            {
                holdout.Add(row);
            }
        }

        return new TrainingRows([.. train], [.. holdout]);
    }

    /// <summary>The weight of each train row by its age before the training's end; null weighs all alike.</summary>
    public float[]? Weigh(FrameData frame, TrainingJobSpec spec)
    {
        if (spec.HalfLifeDays is not { } halfLife || Train.Length == 0)
        {
            return null;
        }

        var end = Microseconds(spec.TrainTo) ?? Train.Max(row => frame.EventTimes[row]);
        return Array.ConvertAll(Train, row =>
        {
            var days = (end - frame.EventTimes[row]) / (double)TimeSpan.MicrosecondsPerDay;
            return (float)Math.Pow(0.5, days / halfLife);
        });
    }

    private static long? Microseconds(DateTimeOffset? time) => time is { } given ? TableValue.ToMicroseconds(given) : null;
}
