using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class EndpointDecisionsTests
{
    private static readonly DateTimeOffset Now = ServingSamples.Now;

    [Fact]
    public void Validate_WhatCannotServe_IsRefusedByField()
    {
        Assert.Equal("variants", Refuse(Command()).Field);
        Assert.Contains("''", Refuse(Command(Variant("", 1))).Message, StringComparison.Ordinal);
        Assert.Contains("'a'", Refuse(Command(Variant("a", 1), Variant("a", 2))).Message, StringComparison.Ordinal);
        Assert.Contains("-1", Refuse(Command(Variant("a", 1, -1))).Message, StringComparison.Ordinal);
        Assert.Contains("NaN", Refuse(Command(Variant("a", 1, double.NaN))).Message, StringComparison.Ordinal);
        Refuse(Command(Variant("a", 1, double.PositiveInfinity)));
        Assert.Contains("weight 0", Refuse(Command(Variant("a", 1, 0), Variant("b", 2, 0))).Message, StringComparison.Ordinal);
        Assert.Equal("operation_id", Refuse(Command(Variant("a", 1)) with { OperationId = " " }).Field);
        EndpointDecisions.Validate(Command(Variant("a", 1, 0), Variant("b", 2)));

        static InvalidInputException Refuse(DeployEndpoint command) => Assert.Throws<InvalidInputException>(() => EndpointDecisions.Validate(command));
    }

    [Fact]
    public void Deploy_FirstAndNext_CountRevisionsAndKeepHistory()
    {
        var first = EndpointDecisions.Deploy(null, 0, Command(Variant("a", 1)) with { Reason = "one", ExpectedRevision = 0 }, [Version(1)], null, Now);
        var second = EndpointDecisions.Deploy(first, 0, Command(Variant("b", 2)) with { Reason = "two", ExpectedRevision = 1 }, [Version(2)], 3, Now.AddHours(1));

        Assert.Equal((1, 2), (first.Revision, second.Revision));
        Assert.Equal(["one", "two"], second.History.Select(change => change.Reason));
        Assert.Equal((3, 2, Now.AddHours(1)), (second.FeatureViewVersion, Assert.Single(second.Variants).Version, second.UpdatedAt));
        Assert.Single(first.History);
    }

    [Fact]
    public void Deploy_WhatIsNotSo_IsRefused()
    {
        var current = EndpointDecisions.Deploy(null, 0, Command(Variant("a", 1)), [Version(1)], null, Now);

        Assert.Equal("expected_revision", Refuse(Command(Variant("a", 1)) with { ExpectedRevision = 7 }, Version(1)).Field);
        Assert.Equal("model", Refuse(Command(Variant("a", 1)) with { Model = "other" }, Version(1)).Field);
        Assert.Contains("Version 2", Refuse(Command(Variant("a", 1), Variant("b", 2)), Version(1), Version(2) with { Status = ModelVersionStatus.Refused }).Message, StringComparison.Ordinal);
        Assert.Contains("different inputs", Refuse(Command(Variant("a", 1), Variant("b", 2)), Version(1), Version(2) with { Signature = [] }).Message, StringComparison.Ordinal);

        FailedPreconditionException Refuse(DeployEndpoint command, params ModelVersionInfo[] versions) =>
            Assert.Throws<FailedPreconditionException>(() => EndpointDecisions.Deploy(current, 0, command, versions, null, Now));
    }

    [Fact]
    public void Rollback_GoesToTheVariantsBeforeTheLastChange()
    {
        var first = EndpointDecisions.Deploy(null, 0, Command(Variant("a", 1)), [Version(1)], null, Now);
        Assert.Throws<FailedPreconditionException>(() => EndpointDecisions.Rollback(first, "bad", Now));
        var second = EndpointDecisions.Deploy(first, 0, Command(Variant("b", 2), Variant("c", 3)), [Version(2), Version(3)], null, Now);

        var back = EndpointDecisions.Rollback(second, "bad", Now.AddHours(2));

        Assert.Equal(first.Variants, back.Variants);
        Assert.Equal((3, "bad", 3), (back.Revision, back.History[^1].Reason, back.History[^1].Revision));
    }

    [Fact]
    public void Rollback_AfterACanaryWentBack_GoesToWhatWasServedBeforeTheVersionBesideIt()
    {
        var first = EndpointDecisions.Deploy(null, 0, Command(Variant("a", 1)), [Version(1)], null, Now);
        var second = EndpointDecisions.Deploy(first, 0, Command(Variant("b", 2)), [Version(2)], null, Now);
        var third = EndpointDecisions.Deploy(second, 0, Command(Variant("b", 2)) with { Canary = new CanarySpec { Version = 3 } }, [Version(2), Version(3)], null, Now);
        var progress = third.Canary! with { Status = CanaryStatus.RolledBack };
        var wentBack = EndpointDecisions.Step(third, progress, progress.Before, Now);

        var back = EndpointDecisions.Rollback(wentBack, "bad", Now);

        Assert.Equal(first.Variants, back.Variants);
    }

    [Fact]
    public void Deploy_ManyTimes_KeepsTheLatestHundred()
    {
        EndpointInfo? info = null;
        for (var i = 1; i <= 150; i++)
        {
            info = EndpointDecisions.Deploy(info, 0, Command(Variant("a", 1)), [Version(1)], null, Now);
        }

        Assert.Equal(Enumerable.Range(51, 100), info!.History.Select(change => change.Revision));
    }

    private static VariantSpec Variant(string name, int version, double weight = 1) => new() { Name = name, Version = version, Weight = weight };

    private static DeployEndpoint Command(params VariantSpec[] variants) => new() { Name = "e", Model = "m", Variants = variants, OperationId = "o" };

    private static ModelVersionInfo Version(int number)
    {
        using var model = ServingSamples.Load(number);
        return model.Version;
    }
}
