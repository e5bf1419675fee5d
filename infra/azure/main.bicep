// What ImcBot needs in Azure. Deploy into a resource group of its own:
//   az deployment group create -g imcbot -f infra/azure/main.bicep -p botEndpoint=https://imcbot.example.com
// The container app is made only when 'botImage' is given: see "What is not there yet" in infra/README.md first.
targetScope = 'resourceGroup'

@description('Beginning of every name; lower-case letters and digits.')
@minLength(3)
@maxLength(11)
param name string = 'imcbot'

param location string = resourceGroup().location

@description('Where the bot answers, without a path, when it does not run in the container app: https://imcbot.example.com')
param botEndpoint string = ''

@description('Client id of a single-tenant app registration, for a bot that runs outside of Azure with a certificate; not together with botImage. Empty: the user-assigned identity made here.')
param appId string = ''

@description('Container image of the bot; empty makes no container app.')
param botImage string = ''

@description('Name of the container registry in this resource group that holds the image; empty when anybody may pull it.')
param registryName string = ''

@description('Conversation id of the channel that incidents are posted to: 19:…@thread.tacv2')
param conversation string = ''

@description('Entra object ids by role: on-call, lead, security, ops-lead, administrator.')
param roles object = {}

@description('How long an exported transcript can be neither changed nor deleted, in days.')
@minValue(1)
@maxValue(3650)
param transcriptDays int = 365

@description('Compute of the PostgreSQL server.')
param postgresSku object = {
  name: 'Standard_B2s'
  tier: 'Burstable'
}

var unique = take(uniqueString(resourceGroup().id), 8)
var hosted = !empty(botImage)
var roleSettings = flatten(map(items(roles), role => map(range(0, length(role.value)), index => {
  name: 'IMCBOT__OnCall__Roles__${role.key}__${index}'
  value: role.value[index]
})))

var keyVaultSecretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-874a-0445c86b69e6')
var storageBlobDataContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')
var acrPull = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')

// The bot's identity: its app id in Teams, its login to PostgreSQL, its key to vault and storage. It has no password.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-bot'
  location: location
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 90
  }
}

// ---- Bot registration -------------------------------------------------------------------------------------------

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: '${name}-${unique}'
  location: 'global'
  kind: 'azurebot'
  sku: {
    name: 'F0'
  }
  properties: {
    displayName: 'ImcBot'
    endpoint: '${hosted ? 'https://${app!.properties.configuration.ingress.fqdn}' : botEndpoint}/api/messages'
    msaAppType: empty(appId) ? 'UserAssignedMSI' : 'SingleTenant'
    msaAppId: empty(appId) ? identity.properties.clientId : appId
    msaAppTenantId: tenant().tenantId
    msaAppMSIResourceId: empty(appId) ? identity.id : null
    disableLocalAuth: true
    schemaTransformationVersion: '1.3'
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  properties: {
    channelName: 'MsTeamsChannel'
    properties: {
      isEnabled: true
    }
  }
}

// ---- Network: the database is reachable from the bot's subnet only -----------------------------------------------

resource network 'Microsoft.Network/virtualNetworks@2023-11-01' = {
  name: '${name}-net'
  location: location
  properties: {
    addressSpace: {
      addressPrefixes: ['10.60.0.0/22']
    }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: '10.60.0.0/23'
          delegations: [
            {
              name: 'apps'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'postgres'
        properties: {
          addressPrefix: '10.60.2.0/28'
          delegations: [
            {
              name: 'postgres'
              properties: {
                serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers'
              }
            }
          ]
        }
      }
    ]
  }

  resource appsSubnet 'subnets' existing = {
    name: 'apps'
  }

  resource postgresSubnet 'subnets' existing = {
    name: 'postgres'
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: '${name}.private.postgres.database.azure.com'
  location: 'global'
}

resource zoneLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {
  parent: zone
  name: '${name}-net'
  location: 'global'
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: network.id
    }
  }
}

// ---- Journal database: Entra login only --------------------------------------------------------------------------

resource postgres 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: '${name}-${unique}'
  location: location
  sku: postgresSku
  properties: {
    version: '16'
    authConfig: {
      activeDirectoryAuth: 'Enabled'
      passwordAuth: 'Disabled'
      tenantId: tenant().tenantId
    }
    storage: {
      storageSizeGB: 32
      autoGrow: 'Enabled'
    }
    backup: {
      backupRetentionDays: 35
      geoRedundantBackup: 'Disabled'
    }
    network: {
      delegatedSubnetResourceId: network::postgresSubnet.id
      privateDnsZoneArmResourceId: zone.id
    }
  }
  dependsOn: [zoneLink]
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2024-08-01' = {
  parent: postgres
  name: 'imcbot'
}

// The one login there is. Give people a role of their own in the database if they must look.
resource login 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2024-08-01' = {
  parent: postgres
  name: identity.properties.principalId
  properties: {
    principalName: identity.name
    principalType: 'ServicePrincipal'
    tenantId: tenant().tenantId
  }
  dependsOn: [database]
}

var postgresConnection = 'Host=${postgres.properties.fullyQualifiedDomainName};Database=${database.name};Username=${identity.name};Ssl Mode=VerifyFull'

// ---- Transcripts: written once, kept ------------------------------------------------------------------------------

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: '${name}${unique}'
  location: location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_ZRS'
  }
  properties: {
    accessTier: 'Cool'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource transcripts 'containers' = {
      name: 'transcripts'
      properties: {
        publicAccess: 'None'
      }

      // Not locked by the template: a lock cannot be taken back. Lock it when the retention is agreed (infra/README.md).
      resource retention 'immutabilityPolicies' = {
        name: 'default'
        properties: {
          immutabilityPeriodSinceCreationInDays: transcriptDays
          allowProtectedAppendWrites: true
        }
      }
    }
  }
}

resource mayWriteTranscripts 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storage
  name: guid(storage.id, identity.id, storageBlobDataContributor)
  properties: {
    roleDefinitionId: storageBlobDataContributor
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// ---- Vault: for the backup of the keys and for secrets of alerts and paging; the bot itself reads its keys from files ----

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: '${name}-${unique}'
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
  }
}

resource mayReadSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, identity.id, keyVaultSecretsUser)
  properties: {
    roleDefinitionId: keyVaultSecretsUser
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource vaultAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: logs.id
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

// ---- The bot itself ------------------------------------------------------------------------------------------------

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = if (!empty(registryName)) {
  name: registryName
}

resource mayPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(registryName)) {
  scope: registry
  name: guid(registryName, identity.id, acrPull)
  properties: {
    roleDefinitionId: acrPull
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appEnvironment 'Microsoft.App/managedEnvironments@2024-03-01' = if (hosted) {
  name: '${name}-env'
  location: location
  properties: {
    vnetConfiguration: {
      infrastructureSubnetId: network::appsSubnet.id
      internal: false
    }
    workloadProfiles: [
      {
        name: 'Consumption'
        workloadProfileType: 'Consumption'
      }
    ]
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource app 'Microsoft.App/containerApps@2024-03-01' = if (hosted) {
  name: '${name}-bot'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    managedEnvironmentId: appEnvironment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 5080
        transport: 'http'
        allowInsecure: false
      }
      registries: empty(registryName) ? [] : [
        {
          server: registry!.properties.loginServer
          identity: identity.id
        }
      ]
    }
    template: {
      // One replica: several may share the journal, but not yet their keys, which are files in /data.
      scale: {
        minReplicas: 1
        maxReplicas: 1
      }
      terminationGracePeriodSeconds: 60
      containers: [
        {
          name: 'bot'
          image: botImage
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          env: concat([
            {
              name: 'IMCBOT__CHANNEL__APPID'
              value: empty(appId) ? identity.properties.clientId : appId
            }
            {
              name: 'IMCBOT__CHANNEL__TENANTID'
              value: tenant().tenantId
            }
            {
              name: 'IMCBOT__CHANNEL__CONVERSATION'
              value: conversation
            }
            {
              name: 'IMCBOT__CHANNEL__CREDENTIAL__KIND'
              value: 'ManagedIdentity'
            }
            {
              name: 'IMCBOT__CHANNEL__CREDENTIAL__CLIENTID'
              value: identity.properties.clientId
            }
            {
              name: 'IMCBOT__BOT__CONNECTIONSTRING'
              value: postgresConnection
            }
            {
              name: 'IMCBOT__BOT__DATABASECLIENTID'
              value: identity.properties.clientId
            }
            {
              name: 'IMCBOT__BOT__VAULT'
              value: '${storage.properties.primaryEndpoints.blob}transcripts'
            }
            {
              name: 'IMCBOT__BOT__PUBLICURL'
              value: 'https://${name}-bot.${appEnvironment!.properties.defaultDomain}'
            }
          ], roleSettings)
          probes: [
            {
              // Two minutes: runbooks are proved at the first start. More than ten failures cannot be allowed.
              type: 'Startup'
              periodSeconds: 12
              timeoutSeconds: 5
              failureThreshold: 10
              httpGet: {
                path: '/healthz'
                port: 5080
              }
            }
            {
              type: 'Liveness'
              periodSeconds: 30
              timeoutSeconds: 5
              failureThreshold: 3
              httpGet: {
                path: '/livez'
                port: 5080
              }
            }
          ]
        }
      ]
    }
  }
  dependsOn: [mayPull, login]
}

@description('For manifests/teams/package and Channel:AppId.')
output botAppId string = empty(appId) ? identity.properties.clientId : appId

@description('For Channel:TenantId.')
output tenantId string = tenant().tenantId

@description('Give this identity to the virtual machine that runs the bot; its client id goes into Channel:Credential:ClientId.')
output identityResourceId string = identity.id

output identityClientId string = identity.properties.clientId

@description('For a bot that keeps its journal in PostgreSQL; it logs in with the identity, without a password.')
output postgres string = postgresConnection

output vaultName string = vault.name

output transcripts string = '${storage.properties.primaryEndpoints.blob}transcripts'
