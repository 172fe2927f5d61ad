using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.MLOps.Grains.Datasets;
using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Pipelines;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Serving.Payloads;
using Orleans.MLOps.Grains.Serving.Scoring;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Serving;
using Orleans.Placement;
using Orleans.Serialization;

namespace Orleans.MLOps.Grains;

/// <summary>Registers what the grains of a silo need beside storage.</summary>
public static class GrainServices
{
    /// <summary>The name of the grain storage provider that holds the state of all grains.</summary>
    public const string StateStorage = "mlops";

    /// <summary>Adds the services. A <see cref="PlatformClock"/> registered before stays; otherwise event time is wall time.</summary>
    public static IServiceCollection AddMlopsGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(PlatformClock.System);

        // Typed errors carry their cause across grain calls, whatever driver threw it; a cause that cannot travel would replace the error.
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedExceptionTypeFilter = static _ => true);
        services.AddSingleton<SiloDirectory>();
        services.AddPlacementFilter<RoleFilterStrategy, RoleFilter>(ServiceLifetime.Singleton);
        services.AddPlacementDirector<ItsSiloPlacement, ItsSiloDirector>();
        services.AddSingleton<CatalogTable>();
        services.AddDatasets();
        services.AddFeatures();
        services.AddExperiments();
        services.AddModels();
        services.AddTraining();
        services.AddServing();
        services.AddMonitoring();
        services.AddPipelines();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RecoveryTask>();
        return services;
    }

    private static void AddTraining(this IServiceCollection services)
    {
        services.TryAddSingleton(new TrainingOptions());
        services.AddSingleton(provider => new TrainingExecutor(provider.GetRequiredService<TrainingOptions>().Slots));
        services.TryAddSingleton(new ExchangePortOptions(0));
        services.AddSingleton<ExchangePort>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<ExchangePort>());
        services.AddSingleton<ExchangeOpening>();
        services.AddSingleton<ResultRecording>();
        services.AddSingleton<PartWork>();
        services.AddSingleton<TrainingParts>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<TrainingParts>());
        services.AddSingleton<TrainingSilos>();
        services.AddSingleton<ShardReserving>();
        services.AddSingleton<TrainingFrameCheck>();
        services.AddSingleton<TrainingPreparation>();
        services.AddSingleton<TrainingAdmission>();
        services.AddSingleton<ModelFinishing>();
        services.AddSingleton<TrainingServices>();
        services.AddSingleton<IRoomRecovery, TrainingRecovery>();
    }

    private static void AddFeatures(this IServiceCollection services)
    {
        services.AddSingleton<ViewEvaluator>();
        services.AddSingleton<FrameReader>();
    }

    private static void AddExperiments(this IServiceCollection services)
    {
        services.AddSingleton<ExperimentTables>();
        services.AddSingleton<RunTables>();
        services.AddSingleton<RunLogging>();
        services.AddSingleton<RunInputs>();
        services.AddSingleton<MetricTables>();
        services.AddSingleton<ArtifactTables>();
        services.AddSingleton<LoggedModelTables>();
        services.AddSingleton<Removal>();
        services.AddSingleton<BlobUpkeep>();
        services.AddSingleton<RunUpkeep>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, TrackingUpkeep>();
        services.AddSingleton<RunPlanner>();
        services.AddSingleton<SearchGate>();
        services.AddSingleton<RunSearch>();
        services.AddSingleton<ExperimentSearch>();
        services.AddSingleton<LoggedModelSearch>();
        services.AddSingleton<DatasetSearch>();
    }

    private static void AddModels(this IServiceCollection services)
    {
        services.AddSingleton<ModelVersionCheck>();
        services.AddSingleton<RegistryTables>();
        services.AddSingleton<RegistryWriter>();
        services.AddSingleton<VersionRegistration>();
        services.AddSingleton<ModelEditing>();
        services.AddSingleton<Gatekeeper>();
        services.AddSingleton<VersionEditing>();
        services.AddSingleton<AliasMoves>();
        services.AddSingleton<VersionReports>();
        services.AddSingleton<RegistryServices>();
        services.AddSingleton<ModelSearch>();
        services.AddSingleton<RegistryCatalog>();
    }

    private static void AddServing(this IServiceCollection services)
    {
        services.TryAddSingleton(new TorchScriptPolicy(Allowed: false));
        services.AddSingleton<Builtins>();
        services.AddSingleton<ModelLoader>();
        services.AddSingleton<ModelCache>();
        services.AddSingleton(_ => new EngineThreads(Environment.ProcessorCount));
        services.AddKeyedSingleton(RouteServices.Shadows, (_, _) => new EngineThreads(1, givesWay: true));
        services.AddSingleton<PayloadLogs>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<PayloadLogs>());
        services.AddSingleton<RouteServices>();
        services.AddSingleton<RouteLoader>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<SiloRoutes>();
        services.AddSingleton<CanaryWatch>();
        services.AddTransient<EndpointUpkeep>();
        services.AddSingleton(provider => new ServingFigures(provider.GetRequiredService<RouteTable>()));
        services.AddSingleton<StateFreshness>();
        services.AddSingleton<PredictionLogs>();
        services.AddSingleton<Recorder>();
        services.AddSingleton<Recorders>();
        services.AddSingleton<EarlierAttempts>();
        services.AddSingleton<PredictionReports>();
        services.AddSingleton<InferenceService>();
        services.AddSingleton<LocalInference>();
        services.AddSingleton<ILocalInference>(provider => provider.GetRequiredService<LocalInference>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<LocalInference>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<Recorder>());
        ScoringServices.Register(services);
    }

    private static void AddMonitoring(this IServiceCollection services)
    {
        services.AddSingleton<LabelLogs>();
        services.AddSingleton<MonitoringReferences>();
        services.AddSingleton<MonitorFeeds>();
        services.AddSingleton<IRoomRecovery>(provider => provider.GetRequiredService<MonitorFeeds>());
        services.TryAddSingleton<ITrainingReference, TrainingReferenceBuilder>();
    }

    private static void AddPipelines(this IServiceCollection services)
    {
        services.AddSingleton<RetrainingRequests>();
        services.AddSingleton<TrainingDataSealer>();
        services.AddSingleton<Judge>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, PipelineScheduler>();
    }
}
