package io.kubelab.steps.machines;

import io.kubelab.step.Step;
import java.util.List;

/** The virthost, and the machines on it. */
public final class MachinesSteps {
    public static final List<Class<? extends Step>> ALL =
            List.of(
                    ServedDistribution.class,
                    ServedArchitecture.class,
                    OwnLab.class,
                    FreeSubnet.class,
                    LanAtHand.class,
                    FreeNames.class,
                    FreeSpareDisks.class,
                    EnoughMemory.class,
                    EnoughDisk.class,
                    ReadableStore.class,
                    ImageAtHand.class,
                    LabKey.class,
                    MachineHostKey.class,
                    KnownHosts.class,
                    GeneratedInventory.class,
                    LabDirectory.class,
                    LibvirtPackages.class,
                    NodeKernelModules.class,
                    KernelSettingsRemembered.class,
                    NodeKernelSettings.class,
                    MachineStore.class,
                    LibvirtDaemon.class,
                    LabNetwork.class,
                    IsolatedNetwork.class,
                    StretchedNetworks.class,
                    LanBridge.class,
                    NodeBase.class,
                    BaseDisk.class,
                    BaseImage.class,
                    MachineRoot.class,
                    MachineFiles.class,
                    MachineDisk.class,
                    MachineSpareDisk.class,
                    MachineSeed.class,
                    MachineDefined.class,
                    MachineRunning.class,
                    MachineNetwork.class,
                    MachinePlugged.class,
                    MachineReachable.class,
                    MachineBooted.class,
                    GuestFiles.class,
                    LibvirtDaemonIfDefined.class,
                    MachineAbsent.class,
                    FormerMachinesAbsent.class,
                    FormerMachinesTold.class,
                    LabNetworkAbsent.class,
                    IsolatedNetworkAbsent.class,
                    LanBridgeAbsent.class,
                    StretchedNetworksAbsent.class,
                    LabDirectoryAbsent.class,
                    LabFilesAbsent.class,
                    LibvirtStopped.class,
                    LibvirtTracesAbsent.class,
                    KernelSettingsRestored.class,
                    NodeKernelModulesUnloaded.class,
                    MachineStoreAbsent.class,
                    LabMemoryAbsent.class);

    private MachinesSteps() {}
}
