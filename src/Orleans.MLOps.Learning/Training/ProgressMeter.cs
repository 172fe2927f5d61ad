namespace Orleans.MLOps.Learning.Training;

/// <summary>Adds up what progress reports and the result say about loss and throughput.</summary>
internal sealed class ProgressMeter(TimeProvider time, long totalSteps)
{
    private readonly long _started = time.GetTimestamp();
    private long _reported = time.GetTimestamp();
    private long _allRows;
    private long _rows;
    private double _loss;
    private double _weight;
    private double _epochLossSum;
    private double _epochWeight;
    private int _epoch = -1;

    /// <summary>Mean loss over the current epoch's steps.</summary>
    public double EpochLoss => Mean(_epochLossSum, _epochWeight);

    public double OverallSamplesPerSecond => Rate(_allRows, _started);

    public void Add(int epoch, int rows, double loss, double weight)
    {
        if (epoch != _epoch)
            (_epoch, _epochLossSum, _epochWeight) = (epoch, 0.0, 0.0);
        _epochLossSum += loss;
        _epochWeight += weight;
        _loss += loss;
        _weight += weight;
        _rows += rows;
        _allRows += rows;
    }

    public TrainingProgress Report(long step, double? evaluationLoss)
    {
        var progress = new TrainingProgress
        {
            Step = step,
            TotalSteps = totalSteps,
            Epoch = _epoch,
            MeanLoss = Mean(_loss, _weight),
            SamplesPerSecond = Rate(_rows, _reported),
            EvaluationLoss = evaluationLoss,
        };
        (_rows, _loss, _weight, _reported) = (0, 0.0, 0.0, time.GetTimestamp());
        return progress;
    }

    private static double Mean(double sum, double weight) => weight > 0.0 ? sum / weight : 0.0;

    private double Rate(long rows, long since)
    {
        var seconds = time.GetElapsedTime(since).TotalSeconds;
        return seconds > 0.0 ? rows / seconds : 0.0;
    }
}
