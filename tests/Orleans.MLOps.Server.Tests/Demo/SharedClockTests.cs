using Orleans.MLOps.Server.Demo.Cluster;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Demo;

public sealed class SharedClockTests
{
    private static readonly DateTimeOffset Start = new(2001, 2, 1, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AdvanceTo_OtherMappings_SeeTheInstant()
    {
        using var folder = new TemporaryFolder();
        using var clock = SharedClock.Create(folder.At("clock"), Start);
        using var early = SharedClock.Open(folder.At("clock"));
        Assert.Equal(Start, early.GetUtcNow());

        clock.AdvanceTo(Start.AddMinutes(30));
        using var late = SharedClock.Open(folder.At("clock"));

        Assert.Equal(Start.AddMinutes(30), early.GetUtcNow());
        Assert.Equal(Start.AddMinutes(30), late.GetUtcNow());
    }

    [Fact]
    public void AdvanceTo_Backwards_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var clock = SharedClock.Create(folder.At("clock"), Start);
        clock.AdvanceTo(Start);

        Assert.Throws<InvalidInputException>(() => clock.AdvanceTo(Start.AddTicks(-1)));
    }

    [Fact]
    public void CreateTimer_Always_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var clock = SharedClock.Create(folder.At("clock"), Start);

        Assert.Throws<NotSupportedException>(() => clock.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.Zero));
    }
}
