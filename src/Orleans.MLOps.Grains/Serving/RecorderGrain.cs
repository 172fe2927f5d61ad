using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving;

[PlacedOnItsSilo, GrainType("mlops-recorder")]
internal sealed class RecorderGrain(Recorder recorder) : Grain, IRecorderGrain
{
    public Task Claim(string endpoint, Guid operation, CancellationToken cancellationToken) => recorder.ClaimAsync(EndpointKey.Parse(endpoint), operation);
}
