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
    public void Follow_Specific_ServesThoseAndKeepsTheirLabels()
    {
        var policy = new VersionPolicy { Specific = [3, 7] };
        VariantSpec[] before = [new() { Name = "main", Version = 3, Labels = ["stable"] }];

        var variants = EndpointDecisions.Follow(policy, EndpointDecisions.Candidates(policy, [9, 7]), before);

        Assert.Equal([("v7", 1.0), ("v3", 0.0)], variants.Select(variant => (variant.Name, variant.Weight)));
        Assert.Equal(["stable"], variants[1].Labels);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1, 1)]
    [InlineData(true, 1)]
    public void Validate_SpecificVersionsThatMeanNothing_AreRefused(bool all, params int[] specific)
    {
        var command = new DeployEndpoint { Name = "e", Model = "m", OperationId = "o", Versions = new VersionPolicy { All = all, Specific = specific } };

        Assert.Equal("versions.specific", Assert.Throws<InvalidInputException>(() => EndpointDecisions.Validate(command)).Field);
    }

    [Fact]
    public void Note_VersionsOfAnAttempt_WaitEachForThemselves()
    {
        var leftOut = new LeftOutVersions();
        leftOut.Note([5], [(7, "torn"), (3, "other inputs")], Now);
        leftOut.Note([3], [(7, "torn")], Now.AddSeconds(1));

        Assert.Equal((7, 2, Now.AddSeconds(3)), (Assert.Single(leftOut.Failures).Version, leftOut.Failures[0].Attempts, leftOut.Failures[0].NextAttemptAt));
        Assert.False(leftOut.IsDue(7, Now.AddSeconds(2)));
        Assert.True(leftOut.IsDue(3, Now));
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
