using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class OperationClaimsTests
{
    private static readonly Guid Request = Guid.NewGuid();

    [Fact]
    public void Allow_FirstAttemptThatNobodyRepeated_IsAllowed() => Assert.True(new OperationClaims(TimeProvider.System).Allow(Request, 0));

    [Fact]
    public void Allow_AfterAClaim_OnlyTheLatestAttempt()
    {
        var claims = new OperationClaims(TimeProvider.System);
        var first = claims.Take(Request);
        Assert.False(claims.Allow(Request, 0));
        Assert.True(claims.Allow(Request, first));

        var second = claims.Take(Request);
        Assert.False(claims.Allow(Request, first));
        Assert.True(claims.Allow(Request, second));
        Assert.True(claims.Allow(Guid.NewGuid(), 0));
        Assert.True(claims.Allow(Guid.Empty, 0));
    }

    [Fact]
    public void Allow_ClaimThatIsNotKnownHere_IsRefused() => Assert.False(new OperationClaims(TimeProvider.System).Allow(Request, 1));

    [Fact]
    public void Take_LongAfterAClaim_ForgetsIt()
    {
        var clock = new FakeTimeProvider();
        var claims = new OperationClaims(clock);
        claims.Take(Request);
        clock.Advance(OperationClaims.KeptFor + TimeSpan.FromSeconds(1));
        claims.Take(Guid.NewGuid());

        Assert.True(claims.Allow(Request, 0));
    }

    [Fact]
    public async Task Record_FirstAttemptThatComesAfterItsRepeat_IsRefusedAndNotSealed()
    {
        var sealedRows = 0;
        var recorder = new EndpointRecorder(1, batch => { sealedRows += batch.Rows; return Task.CompletedTask; }, TimeProvider.System, NullLogger.Instance);
        var layout = FeatureLayout.Create(ServingSamples.Signature, null);
        var bound = FeatureBinder.Bind(layout, ServingSamples.Request("e", [1], ["a"]) with { OperationId = "named" }, ServingSamples.Now);
        var rows = new RecordedRows(bound, layout, [1], [0.5f], [1], LogPolicy.Sampled);
        var claim = recorder.Claim(bound.Operation);

        Assert.Throws<UnavailableException>(() => recorder.Record(rows));
        recorder.Record(rows with { Claim = claim });

        await recorder.SealNowAsync();

        Assert.Equal(1, sealedRows);
    }
}
