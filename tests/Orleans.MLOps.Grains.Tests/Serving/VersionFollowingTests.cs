using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class VersionFollowingTests
{
    private static readonly DateTimeOffset Now = ServingSamples.Now;

    [Fact]
    public void Follow_Latest_GivesTheNewestTheTraffic()
    {
        var variants = EndpointDecisions.Follow(new VersionPolicy { Latest = 2 }, [7, 5, 3]);

        Assert.Equal([("v7", 7, 1.0), ("v5", 5, 0.0)], variants.Select(variant => (variant.Name, variant.Version, variant.Weight)));
        Assert.Equal(3, EndpointDecisions.Follow(new VersionPolicy { All = true }, [7, 5, 3]).Length);
    }

    [Fact]
    public void Follow_NothingNew_IsNoChange()
    {
        var endpoint = new EndpointInfo { Project = "default", Name = "e", Model = "m", Revision = 1, Versions = new VersionPolicy(), Variants = EndpointDecisions.Follow(new VersionPolicy(), [7]) };

        Assert.Null(EndpointDecisions.Follow(endpoint, [7, 5], Now));
        Assert.Null(EndpointDecisions.Follow(endpoint, [], Now));
        Assert.Equal(8, EndpointDecisions.Follow(endpoint, [8, 7], Now)!.Variants[0].Version);
        Assert.Null(EndpointDecisions.Follow(endpoint with { Versions = null }, [8, 7], Now));
    }

    [Fact]
    public void Fail_AgainAndAgain_WaitsLongerAndTriesALaterVersionAtOnce()
    {
        var following = new VersionFollowing();
        following.Fail(8, "torn", Now);
        Assert.False(following.IsDue(8, Now));
        Assert.True(following.IsDue(8, Now.AddSeconds(1)));
        Assert.True(following.IsDue(9, Now));
        for (var i = 0; i < 20; i++)
        {
            following.Fail(8, "torn", Now);
        }

        Assert.Equal((21, "torn", Now.AddMinutes(5)), (following.Failure!.Attempts, following.Failure.Reason, following.Failure.NextAttemptAt));
        following.Succeed();
        Assert.Null(following.Failure);
    }
}
