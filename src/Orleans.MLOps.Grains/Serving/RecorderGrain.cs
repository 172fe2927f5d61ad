using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving;

[PlacedOnItsSilo, GrainType("mlops-recorder")]
internal sealed class RecorderGrain(Recorder recorder) : Grain, IRecorderGrain
{
    public Task Seal(string endpoint, CancellationToken cancellationToken) => recorder.SealAsync(EndpointKey.Parse(endpoint));
}
