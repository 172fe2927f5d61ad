using Orleans.MLOps.Client.Cohosted;

namespace Orleans.MLOps.Client.Tests.Cohosted;

public sealed class GrainErrorsTests
{
    [Fact]
    public void ToPlatform_GrainThatCouldNotReadItsState_GivesTheStoresError()
    {
        var store = new UnavailableException("the database is away", "state", new InvalidOperationException("refused"));
        Assert.Same(store, GrainErrors.ToPlatform(new OrleansException("activation", new InvalidOperationException("lifecycle", store))));
    }

    [Fact]
    public void ToPlatform_SiloAway_IsUnavailable() => Assert.IsType<UnavailableException>(GrainErrors.ToPlatform(new SiloUnavailableException("gone")));

    [Fact]
    public void ToPlatform_Anything_ElseStaysWhatItIs()
    {
        Assert.Null(GrainErrors.ToPlatform(new NotFoundException("no")));
        Assert.Null(GrainErrors.ToPlatform(new InvalidOperationException("bug", new UnavailableException("inside a bug"))));
        Assert.Null(GrainErrors.ToPlatform(new OrleansException("bug", new InvalidOperationException())));
        Assert.Null(GrainErrors.ToPlatform(new TimeoutException()));
    }
}
