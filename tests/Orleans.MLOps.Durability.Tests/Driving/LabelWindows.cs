namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>What the windows must hold, from the journal alone.</summary>
internal sealed class LabelWindows
{
    public static readonly TimeSpan Length = TimeSpan.FromHours(2);

    private readonly List<(string Key, double Value, DateTimeOffset At)> _values = [];

    public void Add(string key, double value, DateTimeOffset at) => _values.Add((key, value, at));

    public (double Mean, double Count) At(string key, DateTimeOffset at)
    {
        double[] inside = [.. _values.Where(entry => entry.Key == key && entry.At >= at - Length && entry.At <= at).Select(entry => entry.Value)];
        return (inside.Length == 0 ? double.NaN : inside.Average(), inside.Length);
    }

    /// <summary>Forgets what no question asks about any more.</summary>
    public void ForgetBefore(DateTimeOffset at) => _values.RemoveAll(entry => entry.At < at);
}
