using Orleans.MLOps.Storage.Tests;
using Orleans.MLOps.Storage.Tests.Durability;
using Xunit.MicrosoftTestingPlatform;

return await DurabilityChild.RunIfAskedAsync()
    ? 0
    : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
