using Orleans.MLOps.Grains.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class ShardLineTests
{
    private static readonly DateTimeOffset Now = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ShardLine _line = new();

    [Fact]
    public void IsBehind_OlderJobWaits_HoldsYoungerOnesBackButNotItself()
    {
        _line.Wait("old", Now, Now);

        Assert.True(_line.IsBehind("young", Now.AddSeconds(1), Now));
        Assert.False(_line.IsBehind("old", Now, Now));
        Assert.False(_line.IsBehind("older", Now.AddSeconds(-1), Now));
    }

    [Fact]
    public void IsBehind_JobsOfOneMoment_OnlyOneComesFirst()
    {
        _line.Wait("a", Now, Now);
        _line.Wait("b", Now, Now);

        Assert.False(_line.IsBehind("a", Now, Now));
        Assert.True(_line.IsBehind("b", Now, Now));
    }

    [Fact]
    public void IsBehind_OlderJobHasLeftOrAsksNoMore_HoldsNobodyBack()
    {
        _line.Wait("old", Now, Now);
        Assert.False(_line.IsBehind("young", Now.AddSeconds(1), Now + ShardLine.Remembered + TimeSpan.FromTicks(1)));

        _line.Leave("old");
        Assert.False(_line.IsBehind("young", Now.AddSeconds(1), Now));
    }

    [Fact]
    public void Wait_JobThatAsksNoMore_IsDropped()
    {
        _line.Wait("gone", Now, Now);

        _line.Wait("young", Now.AddSeconds(2), Now + ShardLine.Remembered + TimeSpan.FromTicks(1));

        // Seen at the moment when it still counted, were it there.
        Assert.False(_line.IsBehind("next", Now.AddSeconds(1), Now));
    }
}
