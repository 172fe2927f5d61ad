namespace Orleans.MLOps.Grains.Tests.Experiments;

/// <summary>The system's clock, set forward.</summary>
internal sealed class ShiftedTime(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
