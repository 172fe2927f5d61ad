namespace Orleans.MLOps.Grains.Training;

/// <summary>Measures the phases of a part, in seconds of wall time.</summary>
internal sealed class PartTimings(TimeProvider time)
{
    private readonly Dictionary<string, double> _seconds = [];

    public IReadOnlyDictionary<string, double> Seconds => _seconds;

    public void Set(string name, double seconds) => _seconds[name] = seconds;

    public async Task<T> MeasureAsync<T>(string name, Func<Task<T>> work)
    {
        var started = time.GetTimestamp();
        var result = await work();
        Set(name, time.GetElapsedTime(started).TotalSeconds);
        return result;
    }
}
