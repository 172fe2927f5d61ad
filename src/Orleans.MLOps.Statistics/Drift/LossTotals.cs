namespace Orleans.MLOps.Statistics.Drift;

/// <summary>Loss sums by hour of the week, hour of the day and over all, and the shrunk expectation they give.</summary>
internal sealed class LossTotals(double pseudoCount)
{
    private readonly double[] _cellSums = new double[HourOfWeek.Cells];
    private readonly long[] _cellCounts = new long[HourOfWeek.Cells];
    private readonly double[] _hourSums = new double[HourOfWeek.Hours];
    private readonly long[] _hourCounts = new long[HourOfWeek.Hours];
    private double _sum;
    private long _count;

    public double OverallMean => _sum / _count;

    public void Add(int day, double[] sums, long[] counts, int sign)
    {
        for (var hour = 0; hour < HourOfWeek.Hours; hour++)
        {
            var cell = HourOfWeek.Cell(day, hour);
            _cellSums[cell] += sign * sums[hour];
            _cellCounts[cell] += sign * counts[hour];
            _hourSums[hour] += sign * sums[hour];
            _hourCounts[hour] += sign * counts[hour];
            _sum += sign * sums[hour];
            _count += sign * counts[hour];
        }
    }

    public double Expected(int cell)
    {
        var hour = cell % HourOfWeek.Hours;
        var ofHour = Shrink(_hourSums[hour], _hourCounts[hour], OverallMean);
        return Shrink(_cellSums[cell], _cellCounts[cell], ofHour);
    }

    private double Shrink(double sum, long count, double towards) =>
        count > 0 ? (sum + pseudoCount * towards) / (count + pseudoCount) : towards;
}
